"""Read the file of trusted documents, and say what may be run by a hash."""

from pathlib import Path

import orjson

from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.caching.persisted import PersistedOptions


def trusted_documents(config: Config) -> dict[str, str]:
    """The documents that are registered, none where no file is named. Raises ConfigurationError."""
    path = config.persisted_operations.trusted
    return {} if path is None else read_documents(path)


def persisted_options(config: Config, documents: dict[str, str]) -> PersistedOptions:
    """What may be run by a hash or an id."""
    section = config.persisted_operations
    return PersistedOptions(documents, section.only, section.automatic, section.most_kept)


def read_documents(path: Path) -> dict[str, str]:
    """The documents by their hash or id. Raises ConfigurationError.

    Accepted is an object of texts by id, or the manifest of Apollo's tools (`{"operations": [{"id", "body"}]}`).
    """
    try:
        value = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError((f"{path}: cannot be read: {error.strerror}",)) from error
    except orjson.JSONDecodeError as error:
        raise ConfigurationError((f"{path}:{error.lineno}: not JSON: {error.msg}",)) from error
    if isinstance(value, dict) and isinstance(value.get("operations"), list):
        manifest = [each if isinstance(each, dict) else {} for each in value["operations"]]
        value = {each.get("id"): each.get("body") for each in manifest}
    if not isinstance(value, dict) or not all(isinstance(each, str) for pair in value.items() for each in pair):
        raise ConfigurationError((f"{path}: expected an object with the text of each document under its hash or id",))
    return value
