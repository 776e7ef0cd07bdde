"""Policies: who may see which field, how often, and for how long an answer is kept."""
