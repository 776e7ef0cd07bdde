"""The methods of the mapping language: one file for each family, and the registry that lists them."""
