"""The orders service: what each user has bought, by gRPC."""
