"""Keeping what services answered: for whom, for how long, and until what happens."""
