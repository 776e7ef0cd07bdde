"""Paths of requests, patterns of them, and what they are rewritten to."""
