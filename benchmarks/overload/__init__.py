"""What the gateway does with more requests than it can answer."""
