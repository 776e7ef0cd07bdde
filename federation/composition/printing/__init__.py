"""The merged schema as text."""
