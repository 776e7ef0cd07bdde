"""`interlace.yaml`: its sections as frozen models, and reading them with every problem and its line."""
