"""Stored operations of the graph as REST endpoints, and their description."""
