"""gRPC services: messages from templates, answers read field by field."""
