"""What replicas tell each other of the circuits of their services."""
