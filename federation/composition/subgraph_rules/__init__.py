"""Laws that each subgraph keeps by itself."""
