"""Make the layers and field policies that a team writes in Python, by the same protocols as the built-in ones."""

from typing import Any

from federation.config.extensions_section import Extensions
from federation.config.place import Place
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.layer import FetchLayer, Layer
from federation.operations.extension import OperationExtension
from schemas.authoring.load_module import load_module
from schemas.problems import SchemaInvalid


def team_layers(config: Config) -> tuple[Layer, ...]:
    """The layers around requests. Raises ConfigurationError with every problem."""
    return tuple(_make(config.extensions.requests, config.top / "extensions" / "requests", "wrap"))


def team_fetch_layers(config: Config) -> tuple[FetchLayer, ...]:
    """The layers around calls. Raises ConfigurationError with every problem."""
    return tuple(_make(config.extensions.calls, config.top / "extensions" / "calls", "wrap"))


def team_operation_extensions(config: Config) -> tuple[OperationExtension, ...]:
    """What decides about operations. Raises ConfigurationError with every problem."""
    return tuple(_make(config.extensions.operations, config.top / "extensions" / "operations", "prepare"))


def _make(sections: Extensions, place: Place, method: str) -> list[Any]:
    made: list[Any] = []
    problems: list[str] = []
    for index, section in enumerate(sections):
        try:
            made.append(_made(section.use, section.options, method))
        except SchemaInvalid as error:
            problems += [f"{place / index}: {problem}" for problem in error.problems]
        except (TypeError, ValueError) as error:
            problems.append(f"{place / index}: {section.use}: {error}")
    if problems:
        raise ConfigurationError(tuple(problems))
    return made


def _made(use: str, options: dict[str, Any], method: str) -> Any:
    module_name, _, class_name = use.partition(":")
    class_ = getattr(load_module(module_name), class_name, None)
    if not isinstance(class_, type):
        message = f"the module has no class {class_name}"
        raise TypeError(message)
    if not callable(getattr(class_, method, None)):
        message = f"the class has no method '{method}', by which it is used here"
        raise TypeError(message)
    return class_(**options)
