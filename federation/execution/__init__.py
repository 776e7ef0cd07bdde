"""Query plan in, answer out."""
