"""What a graph is, and how a team writes one."""
