"""Who may see which field: decided before anything is fetched."""
