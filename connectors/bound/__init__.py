"""Answering fetches of fields that are bound to calls, whatever protocol the calls speak."""
