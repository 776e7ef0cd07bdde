"""Paths beside the GraphQL endpoint: stored operations as REST endpoints, and services passed through."""
