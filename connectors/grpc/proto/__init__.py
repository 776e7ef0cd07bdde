"""Read `.proto` files without a compiler, so that a gateway needs none to run."""
