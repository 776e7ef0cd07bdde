"""The preferences service: how each user wants the shop to look and speak, by REST."""
