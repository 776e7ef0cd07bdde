"""How often fields may be had: rules, exact and paced counting, in memory or in Redis."""
