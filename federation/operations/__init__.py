"""Operation text in, validated and normalised operation out."""
