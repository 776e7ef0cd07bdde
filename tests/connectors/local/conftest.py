"""A team's module as a connector, asked with selections written as GraphQL."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    parse,
)

from connectors.local.connector import LocalConnector
from connectors.protocol import Answer, CallContext, CallRequest, Fetch, Representation
from schemas.authoring.load_module import load_module
from schemas.authoring.local_schema import local_schema
from schemas.selection import Argument, Condition, Field, InlineFragment, Selection
from schemas.supergraph import Graph

Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
def library() -> ModuleType:
    """The module, fresh for each test, so that what it has counted starts at nothing."""
    return load_module(str(Path(__file__).parent / "library.py"))


@pytest.fixture
def connector(library: ModuleType) -> LocalConnector:
    return LocalConnector(local_schema(library), Graph("library", "library", "", {}))


@pytest.fixture
def fetch() -> Callable[..., Fetch]:
    """A fetch from the text of an operation; of entities, where `types` are given."""
    return fetch_of


@pytest.fixture
def ask(connector: LocalConnector) -> Ask:
    """Prepare and call at once."""

    async def ask(
        text: str,
        representations: Sequence[Mapping[str, Any]] = (),
        variables: Mapping[str, Any] | None = None,
        context: CallContext | None = None,
    ) -> Answer:
        template = connector.prepare(fetch_of(text, *dict.fromkeys(item["__typename"] for item in representations)))
        context = context or CallContext(deadline=asyncio.get_running_loop().time() + 5)
        return await connector.call(CallRequest(template, variables or {}, representations, context))

    return ask


def fetch_of(text: str, *types: str) -> Fetch:
    (operation,) = parse(text, no_location=True).definitions
    assert isinstance(operation, OperationDefinitionNode)
    representations = tuple(Representation(name, frozenset({name}), ()) for name in types)
    kind: Any = operation.operation.value
    return Fetch(
        "library",
        kind,
        tuple(selections(operation.selection_set)),
        representations,
        operation.variable_definitions or (),
    )


def selections(node: SelectionSetNode | None) -> Iterator[Selection]:
    for item in node.selections if node else ():
        assert not isinstance(item, FragmentSpreadNode)
        inner = tuple(selections(item.selection_set))
        conditions = tuple(condition(directive) for directive in item.directives or ())
        if isinstance(item, InlineFragmentNode):
            yield InlineFragment(item.type_condition.name.value if item.type_condition else None, inner, conditions)
        elif isinstance(item, FieldNode):
            alias = item.alias.value if item.alias else None
            arguments = tuple(Argument(argument.name.value, argument.value) for argument in item.arguments or ())
            yield Field(item.name.value, alias, arguments, inner, conditions)


def condition(node: DirectiveNode) -> Condition:
    (argument,) = node.arguments or ()
    assert isinstance(argument.value, VariableNode)
    return Condition(argument.value.name.value, negated=node.name.value == "skip")
