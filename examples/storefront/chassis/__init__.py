"""What the shop's programs have in common: options, start and stop, small REST, counted calls, faults on demand."""
