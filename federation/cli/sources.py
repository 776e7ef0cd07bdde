"""Where a command takes the graph from: a configuration, a supergraph file, or a list of subgraphs."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import orjson

from federation.config.read import read_config
from federation.config.sections import Config, SubgraphSection
from federation.errors import ConfigurationError
from federation.reload.reloading_gateway import Origin


@dataclass(frozen=True, slots=True)
class Source:
    """What the command line names; `supergraph` and `subgraphs` take the place of `config`."""

    config: Path
    supergraph: Path | None = None
    subgraphs: Path | None = None

    def read(self) -> Config:
        """The configuration that this source amounts to. Raises ConfigurationError."""
        if self.supergraph is not None and self.subgraphs is not None:
            raise ConfigurationError(("--supergraph and --subgraphs exclude each other: name one",))
        if self.supergraph is not None:
            return Config(supergraph=_existing(self.supergraph))
        if self.subgraphs is not None:
            return Config(subgraphs=_read_list(self.subgraphs))
        config = read_config(self.config)
        # Modules are found from the configuration's folder, wherever the command is typed.
        folder = str(self.config.parent.resolve())
        if folder not in sys.path:
            sys.path.insert(0, folder)
        return config

    @property
    def path(self) -> Path:
        """The file that names all others."""
        return self.supergraph or self.subgraphs or self.config


@dataclass(frozen=True, slots=True)
class Listening:
    """What the command line says instead of the configuration's `server` section."""

    host: str | None = None
    port: int | None = None
    workers: int | None = None

    def apply(self, config: Config) -> Config:
        """The configuration with these values in it."""
        said = {name: value for name in ("host", "port", "workers") if (value := getattr(self, name)) is not None}
        return config.model_copy(update={"server": config.server.model_copy(update=said)})


@dataclass(frozen=True, slots=True)
class ServedSource:
    """What is served: a source, and what the command line says beside it. It can be sent to another process."""

    source: Source
    listening: Listening

    def read(self) -> Config:
        """The configuration as it is now. Raises ConfigurationError."""
        return self.listening.apply(self.source.read())

    def origin(self) -> Origin:
        """The same for whoever reloads."""
        return Origin(self.read, self.source.path)

    def as_json(self) -> str:
        """For another process's environment."""
        return orjson.dumps({"source": self.source, "listening": self.listening}, default=str).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The source that another process has written down."""
        written = orjson.loads(text)
        files = {name: Path(value) for name, value in written["source"].items() if value is not None}
        return cls(Source(**files), Listening(**written["listening"]))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ConfigurationError((f"there is no file {path}",))
    return path


def _read_list(path: Path) -> dict[str, SubgraphSection]:
    try:
        items = orjson.loads(_existing(path).read_bytes())
    except orjson.JSONDecodeError as error:
        raise ConfigurationError((f"{path}: is not JSON: {error.msg} at {error.pos}",)) from error
    if not isinstance(items, list):
        raise ConfigurationError((f"{path}: expected a list of objects with name, url and sdl",))
    problems = []
    sections: dict[str, SubgraphSection] = {}
    for index, item in enumerate(items):
        problem = _problem(item, sections, path.parent)
        if problem:
            problems.append(f"{path}: item {index}: {problem}")
            continue
        sections[item["name"]] = SubgraphSection(sdl=path.parent / item["sdl"], url=item.get("url") or None)
    if problems:
        raise ConfigurationError(tuple(problems))
    return sections


def _problem(item: object, known: dict[str, SubgraphSection], folder: Path) -> str:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not isinstance(item.get("sdl"), str):
        return 'expected an object such as {"name": "users", "url": "http://...", "sdl": "users.graphql"}'
    if item["name"] in known:
        return f"the name {item['name']!r} stands twice"
    if not (folder / item["sdl"]).is_file():
        return f"there is no file {folder / item['sdl']}"
    return ""
