"""Whatever is asked, by whomever: a value is seen just where an oracle, written apart from the gateway, allows it.

The oracle knows the schema as plain data and walks the query's text itself; it shares no code with what decides. Over
generated guards, callers and queries (aliases, fragments, interfaces, unions, `__typename`, lookups by an id,
`@include` and `@skip` by variables) it says for each object of the answer which keys hold values.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.identity import ANONYMOUS, Identity
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.federation.extensions.authorization.guarded_world import HEAD, GuardedWorld, known

# Field name -> (type, is it a list). Leaves have no type.
FIELDS: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "Query": {
        "node": ("Node", False),
        "nodes": ("Node", True),
        "user": ("User", False),
        "any": ("Any", True),
        "find": ("Node", False),
    },
    "User": {"id": ("", False), "name": ("", False), "mail": ("", False), "friend": ("User", False)},
    "Doc": {"id": ("", False), "name": ("", False), "text": ("", False), "owner": ("User", False)},
    "Box": {"size": ("", False), "doc": ("Doc", False)},
    "Node": {"id": ("", False), "name": ("", False)},
    "Any": {},
}
OBJECTS = ("Query", "User", "Doc", "Box")
MEMBERS = {"Node": ("User", "Doc"), "Any": ("User", "Doc", "Box")}
INCLUDES = {"boss": {"boss", "lead", "worker"}, "lead": {"lead", "worker"}, "worker": {"worker"}}
LEAVES = {"id": "ID", "size": "Int"}

DOC: dict[str, Any] = {"__typename": "Doc", "id": "d", "name": "doc", "text": "long"}
ADA: dict[str, Any] = {"__typename": "User", "id": "ada", "name": "Ada", "mail": "a@x"}
BO: dict[str, Any] = {"__typename": "User", "id": "bo", "name": "Bo", "mail": "b@x"}
ADA["friend"], BO["friend"], DOC["owner"] = BO, ADA, ADA
BOX = {"__typename": "Box", "size": 3, "doc": DOC}
VALUES = {"node": ADA, "nodes": [ADA, DOC, BO], "any": [BOX, DOC, BO]}
BY_ID = {"ada": ADA, "bo": BO, "d": DOC}
# Fields that give an object by its id, and the ids by which they are asked for; gateways may know them as such.
LOOKED_UP = {"user": ("ada", "bo"), "find": ("ada", "bo", "d")}
LOOKUPS = {"Query.user": {"id": "id"}, "Query.find": {"id": "id"}}


@dataclass(frozen=True)
class Guarding:
    """A guard as the oracle knows it: what it is, and the roles, scopes or key that it asks for."""

    kind: str
    roles: tuple[str, ...] = ()
    scopes: tuple[tuple[str, ...], ...] = ()

    def sdl(self) -> str:
        match self.kind:
            case "known":
                return "@authenticated"
            case "role":
                return f"@hasRole(roles: [{', '.join(map(_quoted, self.roles))}])"
            case "scope":
                groups = ", ".join(f"[{', '.join(map(_quoted, group))}]" for group in self.scopes)
                return f"@requiresScopes(scopes: [{groups}])"
            case _:
                return f'@owner(when: "$this.id == $claims.sub", orRoles: [{", ".join(map(_quoted, self.roles))}])'

    def allows(self, caller: Identity, entity: Mapping[str, Any] | None) -> bool:
        held = {role for given in caller.roles for role in INCLUDES.get(given, {given})}
        match self.kind:
            case "known":
                return caller is not ANONYMOUS
            case "role":
                return bool(held & set(self.roles))
            case "scope":
                return any(set(group) <= caller.scopes for group in self.scopes)
            case _:
                mine = entity is not None and caller.subject is not None and entity.get("id") == caller.subject
                return bool(held & set(self.roles)) or mine


def _quoted(text: str) -> str:
    return f'"{text}"'


ROLES = st.sampled_from(["boss", "lead", "worker"])
SCOPES = st.sampled_from(["read", "write", "all"])
PLAIN_GUARD = st.one_of(
    st.just(Guarding("known")),
    st.lists(ROLES, min_size=1, max_size=2, unique=True).map(lambda roles: Guarding("role", tuple(roles))),
    st.lists(st.lists(SCOPES, min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=2).map(
        lambda scopes: Guarding("scope", (), tuple(scopes))
    ),
)
OWNER = st.lists(ROLES, max_size=1).map(lambda roles: Guarding("owner", tuple(roles)))
COORDINATES = [f"{owner}.{name}" for owner in OBJECTS for name in FIELDS[owner]]
OWNABLE = [f"{owner}.{name}" for owner in ("User", "Doc") for name in FIELDS[owner]]


@st.composite
def guards(draw: st.DrawFn) -> dict[str, Guarding]:
    """By coordinate, or by type."""
    found = draw(st.dictionaries(st.sampled_from([*COORDINATES, "User", "Doc", "Box"]), PLAIN_GUARD, max_size=5))
    return {**found, **draw(st.dictionaries(st.sampled_from(OWNABLE), OWNER, max_size=2))}


CALLERS = st.one_of(
    st.just(ANONYMOUS),
    st.builds(
        lambda subject, roles, scopes: known(subject, *roles, scopes=tuple(scopes)),
        st.sampled_from(["ada", "bo", "cy"]),
        st.lists(ROLES, max_size=1),
        st.lists(SCOPES, max_size=2, unique=True),
    ),
)


@st.composite
def selections(draw: st.DrawFn, owner: str, depth: int) -> str:
    first = draw(st.sampled_from(["__typename", *(name for name, (type_, _) in FIELDS[owner].items() if not type_)]))
    return f"{{ {' '.join([first, *draw(st.lists(selection(owner, depth), max_size=3))])} }}"


@st.composite
def selection(draw: st.DrawFn, owner: str, depth: int) -> str:
    condition = draw(st.sampled_from(["", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)"]))
    kind = draw(st.sampled_from(["field", "field", "field", "inline", "spread", "typename"]))
    if kind == "typename" or (kind == "field" and not FIELDS[owner]):
        return f"{draw(st.sampled_from(['', 't: ']))}__typename{condition}"
    if kind == "inline" and depth:
        on = draw(st.sampled_from([owner, *MEMBERS.get(owner, ()), *(("Node",) if owner in MEMBERS["Node"] else ())]))
        return f"... on {on}{condition} {draw(selections(on, depth - 1))}"
    if kind == "spread" and owner in ("User", "Doc", "Node"):
        return f"...{owner}Parts{condition}"
    if not FIELDS[owner]:
        return "__typename"
    names = [name for name, (type_, _) in FIELDS[owner].items() if depth or not type_] or ["__typename"]
    name = draw(st.sampled_from(names))
    if name == "__typename":
        return name
    type_, _ = FIELDS[owner][name]
    # An alias of its own for each field and condition: what merges has to have equal shapes.
    alias = draw(st.sampled_from(["", f"x{name}: ", f"y{name}: "]))
    arguments = ""
    if name in LOOKED_UP:
        wanted = draw(st.sampled_from(LOOKED_UP[name]))
        arguments, alias = f"(id: ${wanted})", f"{wanted}{name}: "
    return f"{alias}{name}{arguments}{condition}{' ' + draw(selections(type_, depth - 1)) if type_ else ''}"


FRAGMENTS = {
    "UserParts": "fragment UserParts on User { mail friend { id xname: name } }",
    "DocParts": "fragment DocParts on Doc { text owner { ...UserParts } }",
    "NodeParts": "fragment NodeParts on Node { id ... on User { mail } ... on Doc { owner { name } } }",
}
VARIABLES = {"yes": "Boolean!", "no": "Boolean!", "ada": "ID!", "bo": "ID!", "d": "ID!"}
IDS = {each: each for each in BY_ID}


def whole(body: str) -> str:
    """The operation with the fragments and variables that it uses."""
    text = body
    for name in ("NodeParts", "DocParts", "UserParts"):
        if f"...{name}" in text:
            text += f"\n{FRAGMENTS[name]}"
    used = ", ".join(f"${name}: {type_}" for name, type_ in VARIABLES.items() if f"${name})" in body)
    return f"query {f'({used}) ' if used else ''}{text}"


def world(guarding: Mapping[str, Guarding], *, knows_lookups: bool = False) -> GuardedWorld:
    """One subgraph for the types, one more for `mail`, so that guarded fields may need a fetch of their own."""

    def directive(coordinate: str) -> str:
        return guarding[coordinate].sdl() if coordinate in guarding else ""

    def field(owner: str, name: str) -> str:
        type_, is_list = FIELDS[owner][name]
        named = type_ or LEAVES.get(name, "String")
        arguments = "(id: ID!)" if name in LOOKED_UP else ""
        return f"{name}{arguments}: {f'[{named}]' if is_list else named} {directive(f'{owner}.{name}')}"

    def body(owner: str, names: tuple[str, ...]) -> str:
        return "{ " + " ".join(field(owner, name) for name in names) + " }"

    main = StrictSubgraph(
        "main",
        HEAD
        + f"""
        type Query {body("Query", tuple(FIELDS["Query"]))}
        interface Node {{ id: ID name: String }}
        union Any = User | Doc | Box
        type User implements Node @key(fields: "id") {directive("User")} {body("User", ("id", "name", "friend"))}
        type Doc implements Node @key(fields: "id") {directive("Doc")} {body("Doc", tuple(FIELDS["Doc"]))}
        type Box {directive("Box")} {body("Box", tuple(FIELDS["Box"]))}
        """,
        entities={"User": [ADA, BO], "Doc": [DOC]},
        fields={
            **{f"Query.{name}": value for name, value in VALUES.items()},
            "Query.user": lambda _, id: BY_ID[id],  # noqa: A006
            "Query.find": lambda _, id: BY_ID[id],  # noqa: A006
        },
    )
    mail = StrictSubgraph(
        "mail",
        HEAD + f'type User @key(fields: "id") {{ id: ID @shareable mail: String {directive("User.mail")} }}',
        entities={"User": [ADA, BO]},
    )
    return GuardedWorld(
        (main, mail), roles={"boss": ("lead",), "lead": ("worker",)}, lookups=LOOKUPS if knows_lookups else {}
    )


class Oracle:
    """What the answer holds, from the guards, the caller and the text alone."""

    def __init__(self, guarding: Mapping[str, Guarding], caller: Identity, variables: Mapping[str, Any]) -> None:
        self._guarding = guarding
        self._caller = caller
        self._variables = variables
        self._fragments: dict[str, FragmentDefinitionNode] = {}

    def answer(self, text: str) -> dict[str, Any]:
        document = parse(text)
        for item in document.definitions:
            if isinstance(item, FragmentDefinitionNode):
                self._fragments[item.name.value] = item
        (operation,) = (item for item in document.definitions if isinstance(item, OperationDefinitionNode))
        return self._object({"__typename": "Query"}, "Query", [(operation.selection_set, "Query")])

    def _object(
        self, entity: Mapping[str, Any], declared: str, sets: list[tuple[SelectionSetNode, str]]
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for key, nodes in self._collect(entity, sets).items():
            # Under one key what any of the ways allows is seen, with what is asked on those ways.
            name = nodes[0][0].name.value
            allowed = [(node, owner) for node, owner in nodes if self._allows(owner, name, entity)]
            answer[key] = self._value(entity, name, [node for node, _ in allowed]) if allowed else None
        return answer

    def _value(self, entity: Mapping[str, Any], name: str, nodes: list[FieldNode]) -> Any:
        if name == "__typename":
            return entity["__typename"]
        type_, _ = FIELDS[entity["__typename"]][name]
        if entity["__typename"] == "Query":
            value = VALUES[name] if name not in LOOKED_UP else self._looked_up(nodes[0])
        else:
            value = entity[name]
        sets = [(node.selection_set, type_) for node in nodes if node.selection_set]
        if isinstance(value, list):
            return [self._object(item, type_, sets) for item in value]
        return self._object(value, type_, sets) if type_ else value

    def _looked_up(self, node: FieldNode) -> Mapping[str, Any]:
        return BY_ID[self._variables[node.arguments[0].value.name.value]]  # type: ignore[attr-defined]

    def _collect(
        self, entity: Mapping[str, Any], sets: list[tuple[SelectionSetNode, str]]
    ) -> dict[str, list[tuple[FieldNode, str]]]:
        found: dict[str, list[tuple[FieldNode, str]]] = {}
        for selection_set, owner in sets:
            for node in selection_set.selections:
                if not self._included(node):
                    continue
                if isinstance(node, FieldNode):
                    key = node.alias.value if node.alias else node.name.value
                    found.setdefault(key, []).append((node, owner))
                    continue
                inner: FragmentDefinitionNode | InlineFragmentNode
                if isinstance(node, FragmentSpreadNode):
                    inner = self._fragments[node.name.value]
                else:
                    assert isinstance(node, InlineFragmentNode)
                    inner = node
                on = inner.type_condition.name.value if inner.type_condition else owner
                if entity["__typename"] in MEMBERS.get(on, (on,)):
                    # What stands on a wider type than the one around it is asked of that around it.
                    narrow = owner if owner in MEMBERS.get(on, ()) else on
                    for key, nodes in self._collect(entity, [(inner.selection_set, narrow)]).items():
                        found.setdefault(key, []).extend(nodes)
        return found

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            value = bool(self._variables[directive.arguments[0].value.name.value])
            if value == (directive.name.value == "skip"):
                return False
        return True

    def _allows(self, owner: str, name: str, entity: Mapping[str, Any]) -> bool:
        """An interface asks for what each of its implementations asks for; a union's members are on their own."""
        if owner == "Any":
            return True
        return all(self._allows_object(member, name, entity) for member in MEMBERS.get(owner, (owner,)))

    def _allows_object(self, owner: str, name: str, entity: Mapping[str, Any]) -> bool:
        type_ = FIELDS[owner][name][0] if name != "__typename" else ""
        places = [owner, f"{owner}.{name}", *([type_] if type_ else []), *(MEMBERS["Node"] if type_ == "Node" else ())]
        return all(self._guarding[place].allows(self._caller, entity) for place in places if place in self._guarding)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    guards(),
    st.lists(st.tuples(CALLERS, selections("Query", 4), st.booleans()), min_size=2, max_size=5),
    st.booleans(),
)
def test_what_is_seen_is_what_the_oracle_allows(
    guarding: dict[str, Guarding], questions: list[tuple[Identity, str, bool]], knows_lookups: bool
) -> None:
    guarded = world(guarding, knows_lookups=knows_lookups)
    for caller, body, yes in questions:
        variables = {"yes": yes, "no": not yes, **IDS}
        text = whole(body)
        answer = asyncio.run(guarded.ask(text, caller, variables))
        expected = Oracle(guarding, caller, variables).answer(text)

        assert answer.data == expected, text
        assert answer.errors or not any(_nulls(expected))
        assert _asked_of_others(guarded, guarding, caller) == [], text


def _asked_of_others(guarded: GuardedWorld, guarding: Mapping[str, Guarding], caller: Identity) -> list[Any]:
    """By which ids the service with nothing but `mail` was asked for the mail of those whose mail is not given."""
    guard = guarding.get("User.mail")
    asked = [each for call in guarded.subgraphs[1].calls for each in call.representations]
    return [each for each in asked if guard is not None and not guard.allows(caller, each)]


def _nulls(value: Any) -> Any:
    if isinstance(value, dict):
        for each in value.values():
            yield from _nulls(each)
    elif isinstance(value, list):
        for each in value:
            yield from _nulls(each)
    else:
        yield value is None
