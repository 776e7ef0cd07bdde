"""Read a file of text that people name."""

from pathlib import Path

from federation.errors import ConfigurationError


def read_text_file(path: Path) -> str:
    """The text of a file. Raises ConfigurationError where it cannot be read, or is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError((f"{path}: cannot be read: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError((f"{path}: is not UTF-8 text (byte {error.start})",)) from error
