"""Programs that show what the gateway does."""
