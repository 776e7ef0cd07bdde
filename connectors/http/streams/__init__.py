"""Bodies that pass piece by piece, in both directions, without ever being in memory as a whole."""
