"""Remote GraphQL subgraphs over HTTP."""
