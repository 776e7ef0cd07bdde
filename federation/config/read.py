"""Read `interlace.yaml` as a whole: either a configuration, or every problem with its line."""

import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from federation.config.authentication_section import IssuerSection
from federation.config.identity_is_known import identity_problems
from federation.config.place import Place, Way
from federation.config.routes_are_right import route_problems
from federation.config.routes_section import RouteSection
from federation.config.sections import Config, SubgraphSection
from federation.config.text_file import read_text_file
from federation.errors import ConfigurationError

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML without libyaml reads the same, slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def read_config(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read a configuration file; `${NAME}` and `${NAME:-default}` in values are taken from `environment`.

    Relative paths are resolved against the file's folder. Raises ConfigurationError with every problem, each as
    `file:line: where: what`.
    """
    return parse_config(read_text_file(path), path, environment)


def parse_config(text: str, path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Parse the text of a configuration file; `path` is its name in messages. Raises as `read_config`."""
    try:
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError((f"{path}:{line}: not YAML: {error.problem}",)) from error
    except yaml.YAMLError as error:
        raise ConfigurationError((f"{path}: not YAML: {str(error).splitlines()[0]}",)) from error
    if root is None:
        raise ConfigurationError((f"{path}:1: the file is empty; name at least one subgraph under 'subgraphs'",))
    document = _Document(path, environment)
    value = document.read(root, ())
    if not isinstance(value, dict):
        raise ConfigurationError((f"{path}:1: expected sections such as 'subgraphs:', found {type(value).__name__}",))
    problems = list(document.problems)
    try:
        config = Config.model_validate(value)
    except ValidationError as error:
        problems += [document.place(_path_of(detail), _message_of(detail)) for detail in error.errors()]
        raise ConfigurationError(document.in_order(problems)) from error
    problems += _missing_files(config, document)
    problems += (document.place(*problem) for problem in identity_problems(config))
    problems += (document.place(*problem) for problem in route_problems(config, document.line))
    if problems:
        raise ConfigurationError(document.in_order(problems))
    return _resolve_files(config, path.parent).written_at(document.top)


class _Document:
    """A YAML document turned into values, with the line of each."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self.path = path
        self.problems: list[str] = []
        self._lines: dict[Way, int] = {}
        self._environment = environment

    def read(self, node: yaml.Node, at: Way) -> Any:
        self._lines.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*at, index)) for index, item in enumerate(node.value)]
        return self._read_scalar(node, at)

    def place(self, at: Way, message: str) -> str:
        """The problem with its file, line (of the nearest place that has one) and path."""
        return f"{Place(str(self.path), self._lines, at)}: {message}"

    @property
    def top(self) -> Place:
        """From where places are told."""
        return Place(str(self.path), self._lines)

    def line(self, at: Way) -> int:
        """The line at which a key stands."""
        return self._lines[at]

    def in_order(self, problems: Iterable[str]) -> tuple[str, ...]:
        """The problems by their lines."""
        prefix = len(f"{self.path}:")
        return tuple(sorted(problems, key=lambda problem: int(problem[prefix:].split(":", 1)[0])))

    def _read_mapping(self, node: yaml.MappingNode, at: Way) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*at, key)
            if key in found:
                self.problems.append(
                    f"{self.path}:{key_node.start_mark.line + 1}: {'.'.join(map(str, here))}: stands twice; "
                    f"it is also at line {self._lines[here]}"
                )
                continue
            self._lines[here] = key_node.start_mark.line + 1
            found[key] = self.read(value_node, here)
        return found

    def _read_scalar(self, node: yaml.Node, at: Way) -> Any:
        text = VARIABLE.sub(lambda match: self._variable(match, at), node.value)
        tag = node.tag if text == node.value else _tag_of(text)
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(yaml.ScalarNode(tag, text, node.start_mark, node.end_mark))
        except (yaml.YAMLError, ValueError) as error:
            self.problems.append(self.place(at, f"cannot be read: {error}"))
            return None

    def _variable(self, match: re.Match[str], at: Way) -> str:
        default: str | None = match[2]
        value = self._environment.get(match[1], default)
        if value is None:
            self.problems.append(
                self.place(at, f"the environment has no {match[1]}; set it, or write a default: ${{{match[1]}:-...}}")
            )
            return ""
        return value


def _tag_of(text: str) -> str:
    node = yaml.compose(text or '""', Loader=Loader)
    return str(node.tag) if isinstance(node, yaml.ScalarNode) else "tag:yaml.org,2002:str"


def _path_of(detail: ErrorDetails) -> Way:
    # pydantic marks a bad key of a dict with a last element of its own
    return tuple(part for part in detail["loc"] if part != "[key]")


def _message_of(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return f"there is no such key{_suggest(str(detail['loc'][-1]), _known_keys(detail['loc'][:-1]))}"
        case "missing":
            return "is missing"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return f"{detail['msg'][0].lower()}{detail['msg'][1:]}, found {_shown(detail['input'])}"


def _shown(value: Any) -> str:
    # Not what is inside: a secret may be.
    match value:
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return repr(value)


def _known_keys(path: Iterable[str | int]) -> list[str]:
    model: Any = _without_none(Config)
    for part in path:
        is_section = isinstance(model, type) and issubclass(model, BaseModel)
        model = _without_none(model.model_fields[str(part)].annotation if is_section else _value_model(model))
    return sorted(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _without_none(annotation: Any) -> Any:
    arguments = [each for each in getattr(annotation, "__args__", ()) if each is not NoneType]
    return arguments[0] if isinstance(annotation, UnionType) and len(arguments) == 1 else annotation


def _value_model(annotation: Any) -> Any:
    arguments = [each for each in getattr(annotation, "__args__", ()) if each is not Ellipsis]
    return arguments[-1] if arguments else None


def _suggest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known are: {', '.join(known)}" if known else ""


def _missing_files(config: Config, document: _Document) -> list[str]:
    return [
        document.place(place, f"there is no file {file}")
        for place, file in (*_files(config), *_route_files(config))
        if not (document.path.parent / file).is_file()
    ]


def _files(config: Config) -> Iterator[tuple[Way, Path]]:
    """Every file that the configuration names, and where it does."""
    if config.supergraph is not None:
        yield ("supergraph",), config.supergraph
    if config.redis is not None and config.redis.ca_file is not None:
        yield ("redis", "ca_file"), config.redis.ca_file
    for number, issuer in enumerate(config.authentication.issuers if config.authentication else ()):
        if issuer.jwks_file is not None:
            yield ("authentication", "issuers", number, "jwks_file"), issuer.jwks_file
    if config.persisted_operations.trusted is not None:
        yield ("persisted_operations", "trusted"), config.persisted_operations.trusted
    for name, subgraph in config.subgraphs.items():
        if subgraph.sdl is not None:
            yield ("subgraphs", name, "sdl"), subgraph.sdl
        if subgraph.module is not None and subgraph.module.endswith(".py"):
            yield ("subgraphs", name, "module"), Path(subgraph.module)
    functions = config.authorization.functions
    if functions is not None and functions.endswith(".py"):
        yield ("authorization", "functions"), Path(functions)


def _route_files(config: Config) -> Iterator[tuple[Way, Path]]:
    for number, route in enumerate(config.routes):
        if route.operation is not None:
            yield ("routes", number, "operation"), route.operation


def _resolve_files(config: Config, folder: Path) -> Config:
    resolved = {name: _resolve_subgraph(subgraph, folder) for name, subgraph in config.subgraphs.items()}
    supergraph = folder / config.supergraph if config.supergraph else None
    redis = config.redis
    if redis is not None and redis.ca_file is not None:
        redis = redis.model_copy(update={"ca_file": folder / redis.ca_file})
    authorization = config.authorization
    if authorization.functions is not None and authorization.functions.endswith(".py"):
        authorization = authorization.model_copy(update={"functions": str(folder / authorization.functions)})
    authentication = config.authentication
    if authentication is not None:
        issuers = tuple(_resolve_issuer(issuer, folder) for issuer in authentication.issuers)
        authentication = authentication.model_copy(update={"issuers": issuers})
    persisted = config.persisted_operations
    if persisted.trusted is not None:
        persisted = persisted.model_copy(update={"trusted": folder / persisted.trusted})
    return config.model_copy(
        update={
            "authentication": authentication,
            "authorization": authorization,
            "subgraphs": resolved,
            "supergraph": supergraph,
            "persisted_operations": persisted,
            "redis": redis,
            "routes": tuple(_resolve_route(route, folder) for route in config.routes),
        }
    )


def _resolve_route(route: RouteSection, folder: Path) -> RouteSection:
    return route if route.operation is None else route.model_copy(update={"operation": folder / route.operation})


def _resolve_issuer(issuer: IssuerSection, folder: Path) -> IssuerSection:
    return issuer if issuer.jwks_file is None else issuer.model_copy(update={"jwks_file": folder / issuer.jwks_file})


def _resolve_subgraph(subgraph: SubgraphSection, folder: Path) -> SubgraphSection:
    if subgraph.sdl is not None:
        return subgraph.model_copy(update={"sdl": folder / subgraph.sdl})
    if subgraph.module is not None and subgraph.module.endswith(".py"):
        return subgraph.model_copy(update={"module": str(folder / subgraph.module)})
    return subgraph
