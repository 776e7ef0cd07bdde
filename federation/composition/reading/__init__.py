"""SDL of one subgraph in, its schema in federation's words out."""
