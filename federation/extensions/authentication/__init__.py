"""Who sends a request: tokens, API keys, and how services are told."""
