"""Normalised operation in, query plan out."""
