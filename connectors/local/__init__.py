"""Strawberry schemas that run in this process."""
