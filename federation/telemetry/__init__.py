"""What the gateway tells of itself as Prometheus metrics."""
