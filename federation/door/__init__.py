"""The door: how many requests may be in, and how they leave when the gateway stops."""
