"""Say the same in the words of another version of a service."""
