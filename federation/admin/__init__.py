"""What operators see of all workers of a gateway, and what they do about them."""
