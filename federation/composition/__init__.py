"""Subgraphs in, supergraph out: validation, merging, satisfiability."""
