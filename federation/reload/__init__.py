"""Serve the next generation of the graph without dropping a request."""
