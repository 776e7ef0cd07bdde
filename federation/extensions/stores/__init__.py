"""Where extensions keep what outlives a request: in this process, or in Redis for all replicas."""
