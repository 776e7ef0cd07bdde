"""Federation 1 subgraphs in, the same under federation 2 rules out."""
