"""Subgraphs that answer from recordings, field by field, so that a plan need not ask just as the recorded one did.

What was recorded is kept as facts: this field with these arguments, on the root or on the entity of this
representation, was this value. A call is answered when all that it asks for is known; otherwise NotRecorded is raised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    Visitor,
    parse,
    print_ast,
    value_from_ast_untyped,
    visit,
)

from connectors.graphql.print_operation import print_operation
from connectors.graphql.read_answer import read_answer
from connectors.http.response import HttpResponse
from connectors.protocol import Answer, CallRequest, Fetch

Json = Any
ENTITIES = "_entities"


class NotRecorded(Exception):
    """A call asks for something that no recorded call brought."""


@dataclass(slots=True)
class Known:
    """An object as far as recordings show it: fields by name and arguments."""

    fields: dict[str, Json] = field(default_factory=dict)


class RecordedSubgraph:
    """One subgraph, made of what was recorded of it."""

    def __init__(self, calls: Sequence[Mapping[str, Any]], objects: frozenset[str]) -> None:
        self._objects = objects
        self._roots: dict[str, Known] = {"query": Known(), "mutation": Known()}
        self._entities: dict[bytes, Known | None] = {}
        self._whole: dict[tuple[str, bytes], Json] = {}
        for call in calls:
            self._learn(call)

    def _learn(self, call: Mapping[str, Any]) -> None:
        operation = _operation(call["query"])
        variables, response = call["variables"], call["response"]
        self._whole[print_ast(operation), orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)] = response
        data = response.get("data")
        if not isinstance(data, dict):
            return
        for node in operation.selection_set.selections:
            assert isinstance(node, FieldNode)
            if node.name.value == ENTITIES:
                self._learn_entities(node, data, variables)
            else:
                root = SelectionSetNode(selections=(node,))
                _learn(self._roots[operation.operation.value], root, data, variables, "", self._objects)

    def _learn_entities(self, node: FieldNode, data: Mapping[str, Json], variables: Mapping[str, Json]) -> None:
        assert node.selection_set is not None
        representations = value_from_ast_untyped(node.arguments[0].value, dict(variables))
        entities = data.get(node.alias.value if node.alias else ENTITIES) or []
        for representation, entity in zip(representations, entities, strict=False):
            key = orjson.dumps(representation, option=orjson.OPT_SORT_KEYS)
            if entity is None:
                self._entities.setdefault(key, None)
                continue
            known = self._entities.get(key) or Known()
            self._entities[key] = known
            _learn(known, node.selection_set, entity, variables, representation["__typename"], self._objects)

    def answer(
        self, fetch: Fetch, representations: Sequence[Mapping[str, Json]], variables: Mapping[str, Json]
    ) -> Json:
        """The response to a call. Raises NotRecorded."""
        text = print_operation(fetch)
        operation = _operation(text)
        sent = dict(variables) | ({"representations": list(representations)} if representations else {})
        whole = self._whole.get((print_ast(operation), orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)))
        if whole is not None:
            return whole
        if not fetch.is_entity_fetch:
            return {"data": _project(self._roots[fetch.kind], operation.selection_set, variables)}
        first = operation.selection_set.selections[0]
        assert isinstance(first, FieldNode)
        assert first.selection_set is not None
        found = []
        for representation in representations:
            known = self._find(representation)
            found.append(None if known is None else _project(known, first.selection_set, variables))
        return {"data": {ENTITIES: found}}

    def _find(self, representation: Mapping[str, Json]) -> Known | None:
        key = orjson.dumps(representation, option=orjson.OPT_SORT_KEYS)
        if key in self._entities:
            return self._entities[key]
        # A recorded gateway may have sent more than is needed, or less.
        merged = Known()
        for other, known in self._entities.items():
            recorded = orjson.loads(other)
            shared = recorded.keys() & representation.keys()
            alike = all(recorded[name] == representation[name] for name in shared)
            covers = len(shared) > 1 and shared in (recorded.keys(), representation.keys())
            if alike and covers and known is not None:
                merged.fields.update(known.fields)
        if not merged.fields:
            raise NotRecorded(f"no recorded representation is like {dict(representation)}")
        return merged


class RecordedConnector:
    """Answers fetches by a recorded subgraph, through the reading that real answers get; counts its `calls`."""

    def __init__(self, subgraph: RecordedSubgraph) -> None:
        self._subgraph = subgraph
        self.calls = 0

    def prepare(self, fetch: Fetch) -> Fetch:
        return fetch

    async def call(self, request: CallRequest) -> Answer:
        fetch: Fetch = request.template
        self.calls += 1
        response = self._subgraph.answer(fetch, request.representations, request.variables)
        count = len(request.representations) if fetch.is_entity_fetch else None
        return read_answer(HttpResponse(200, {}, orjson.dumps(response)), count)

    async def close(self) -> None:
        pass


def _operation(text: str) -> OperationDefinitionNode:
    """The operation, with its fragments written out where they are used."""
    document = parse(text, no_location=True)
    fragments = {item.name.value: item for item in document.definitions if isinstance(item, FragmentDefinitionNode)}
    operation = next(item for item in document.definitions if isinstance(item, OperationDefinitionNode))

    class Inline(Visitor):
        def leave_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> InlineFragmentNode:
            fragment = visit(fragments[node.name.value], Inline())
            return InlineFragmentNode(
                type_condition=fragment.type_condition,
                directives=node.directives,
                selection_set=fragment.selection_set,
            )

    found = visit(operation, Inline())
    assert isinstance(found, OperationDefinitionNode)
    return found


def _key(node: FieldNode, variables: Mapping[str, Json]) -> str:
    values = {item.name.value: value_from_ast_untyped(item.value, dict(variables)) for item in node.arguments or ()}
    arguments = {name: value for name, value in values.items() if value is not Undefined}
    return f"{node.name.value}{orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS).decode() if arguments else ''}"


def _holds(node: FieldNode | InlineFragmentNode, variables: Mapping[str, Json]) -> bool:
    for directive in node.directives or ():
        value = value_from_ast_untyped(directive.arguments[0].value, dict(variables))
        if bool(value) == (directive.name.value == "skip"):
            return False
    return True


def _learn(
    known: Known,
    selections: SelectionSetNode,
    data: Mapping[str, Json],
    variables: Json,
    typename: str,
    objects: frozenset[str],
) -> None:
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            on = node.type_condition.name.value if node.type_condition else ""
            actual = data.get("__typename", typename)
            # What stands under another object type's condition is of other objects.
            if on == actual or on not in objects or not actual:
                _learn(known, node.selection_set, data, variables, typename, objects)
            continue
        assert isinstance(node, FieldNode)
        key = node.alias.value if node.alias else node.name.value
        if key not in data:
            continue
        value = data[key]
        if node.selection_set is None:
            known.fields[_key(node, variables)] = value
        else:
            held = known.fields.get(_key(node, variables))
            known.fields[_key(node, variables)] = _learn_value(held, node.selection_set, value, variables, objects)


def _learn_value(
    held: Json, selections: SelectionSetNode, value: Json, variables: Json, objects: frozenset[str]
) -> Json:
    if value is None:
        return held
    if isinstance(value, list):
        before = held if isinstance(held, list) and len(held) == len(value) else [None] * len(value)
        return [
            _learn_value(old, selections, item, variables, objects) for old, item in zip(before, value, strict=True)
        ]
    known = held if isinstance(held, Known) else Known()
    _learn(known, selections, value, variables, value.get("__typename", ""), objects)
    return known


def _project(known: Known, selections: SelectionSetNode, variables: Mapping[str, Json]) -> Json:
    shaped: dict[str, Json] = {}
    for node in selections.selections:
        assert isinstance(node, FieldNode | InlineFragmentNode)
        if not _holds(node, variables):
            continue
        if isinstance(node, InlineFragmentNode):
            on = node.type_condition.name.value if node.type_condition else ""
            actual = known.fields.get("__typename")
            if actual is None or on in {"", actual}:
                shaped.update(_project(known, node.selection_set, variables))
            else:
                shaped.update(_project_if_known(known, node.selection_set, variables))
            continue
        key = _key(node, variables)
        if key not in known.fields:
            raise NotRecorded(f"no recorded call shows {key} here")
        value = known.fields[key]
        shaped[node.alias.value if node.alias else node.name.value] = _project_value(node, value, variables)
    return shaped


def _project_if_known(known: Known, selections: SelectionSetNode, variables: Mapping[str, Json]) -> Json:
    """What stands under a type condition that may be an interface of the object's, or another object's type."""
    try:
        return _project(known, selections, variables)
    except NotRecorded:
        return {}


def _project_value(node: FieldNode, value: Json, variables: Mapping[str, Json]) -> Json:
    if isinstance(value, list):
        return [_project_value(node, item, variables) for item in value]
    if isinstance(value, Known):
        assert node.selection_set is not None
        return _project(value, node.selection_set, variables)
    return value
