"""Name a generation of the graph, so that replicas can be compared."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from federation.config.sections import Config

DIGITS = 12


def version_of(config: Config, sdl: str, sources: Iterable[Path]) -> str:
    """The same text for the same configuration, supergraph and Python sources, in every process."""
    digest = sha256()
    # Who may administer says nothing of what is served; replicas may differ in it.
    for part in (config.model_dump_json(exclude={"admin"}), sdl, *(_read(path) for path in sorted(sources))):
        digest.update(sha256(part.encode()).digest())
    return digest.hexdigest()[:DIGITS]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # it is gone, which makes another version too
