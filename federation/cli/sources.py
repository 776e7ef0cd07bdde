"""Where a command takes the graph from: a configuration, a supergraph file, or a list of subgraphs."""

import sys
from dataclasses import dataclass
from pathlib import Path

import orjson

from federation.config.read import read_config
from federation.config.sections import Config, SubgraphSection
from federation.errors import ConfigurationError


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
        sys.path.insert(0, str(self.config.parent.resolve()))
        return config


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
