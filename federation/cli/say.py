"""What the command prints: results to standard output, everything else to standard error."""

import sys
from collections.abc import Sequence


def say(text: str) -> None:
    """Print a result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """Print something for the person at the terminal."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def complain(problems: Sequence[str]) -> None:
    """Print problems, one to a line."""
    for problem in problems:
        tell(f"error: {problem}")
    if len(problems) > 1:
        tell(f"{len(problems)} problems")
