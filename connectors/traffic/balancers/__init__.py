"""Ways to choose the endpoint of a call, one a file."""
