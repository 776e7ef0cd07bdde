"""The `interlace` command."""

from federation.cli.main import main

__all__ = ["main"]
