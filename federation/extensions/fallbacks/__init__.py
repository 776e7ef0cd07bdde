"""What stands in for values that cannot be fetched."""
