"""Subgraph schemas in, one merged schema out."""
