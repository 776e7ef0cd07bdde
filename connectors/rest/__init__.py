"""REST services: requests from templates, answers through selections."""
