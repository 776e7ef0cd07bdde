"""What a subgraph must keep to by itself: each case is SDL, and the code of the one thing that is wrong with it."""

from collections.abc import Callable

import pytest

from federation.composition.compose import CompositionResult

Composer = Callable[..., CompositionResult]

QUERY = "type Query { user: User }"

BROKEN = {
    "a key names fields that are there": (
        f'{QUERY} type User @key(fields: "uuid") {{ id: ID! }}',
        "KEY_INVALID_FIELDS",
    ),
    "a key is a selection": (f'{QUERY} type User @key(fields: "id {{") {{ id: ID! }}', "KEY_INVALID_FIELDS"),
    "a key is text": (f"{QUERY} type User @key(fields: true) {{ id: ID! }}", "KEY_INVALID_FIELDS_TYPE"),
    "a key's fields take no arguments": (
        f'{QUERY} type User @key(fields: "id") {{ id(form: Int): ID! }}',
        "KEY_FIELDS_HAS_ARGS",
    ),
    "a key selects no abstract types": (
        f'{QUERY} type User @key(fields: "owner {{ id }}") {{ owner: Owner! }} interface Owner {{ id: ID! }}',
        "KEY_FIELDS_SELECT_INVALID_TYPE",
    ),
    "a key has no directives in it": (
        f'{QUERY} type User @key(fields: "id @include(if: true)") {{ id: ID! }}',
        "KEY_DIRECTIVE_IN_FIELDS_ARG",
    ),
    "required fields are external": (
        f'{QUERY} type User @key(fields: "id") {{ id: ID! a: Int b: Int @requires(fields: "a") }}',
        "REQUIRES_FIELDS_MISSING_EXTERNAL",
    ),
    "required fields are there": (
        f'{QUERY} type User @key(fields: "id") {{ id: ID! b: Int @requires(fields: "a") }}',
        "REQUIRES_INVALID_FIELDS",
    ),
    "provided fields are external": (
        'type Query { user: User @provides(fields: "name") } type User @key(fields: "id") { id: ID! name: String }',
        "PROVIDES_FIELDS_MISSING_EXTERNAL",
    ),
    "only objects provide": (
        'type Query { count: Int @provides(fields: "name") }',
        "PROVIDES_ON_NON_OBJECT_FIELD",
    ),
    "what is external provides nothing": (
        """type Query { a: A }
        type A @key(fields: "b { id }") { b: B @external @provides(fields: "id") }
        type B { id: ID! @external }""",
        "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
    ),
    "external fields are needed": (
        f'{QUERY} type User @key(fields: "id") {{ id: ID! name: String @external }}',
        "EXTERNAL_UNUSED",
    ),
    "fields of interfaces are not shared": (
        "type Query { a: A } interface A { b: Int @shareable }",
        "INVALID_SHAREABLE_USAGE",
    ),
    "implementations have the keys of their interface": (
        'type Query { a: A } interface A @key(fields: "id") { id: ID! } type B implements A { id: ID! }',
        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
    ),
    "interface objects have keys": (
        "type Query { a: A } type A @interfaceObject { id: ID! }",
        "INTERFACE_OBJECT_USAGE_ERROR",
    ),
    "guards stand on objects": (
        "type Query { a: A } interface A { id: ID! @authenticated }",
        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
    ),
    "default values are of their type": (
        "type Query { a(role: Role = OWNER): Int } enum Role { ADMIN }",
        "INVALID_GRAPHQL",
    ),
    "arguments of directives are of their type": (
        "type Query { a: Int @tag(name: 3) }",
        "INVALID_GRAPHQL",
    ),
    "root types own their names": (
        "schema { query: Root } type Root { a: Int } type Query { b: Int }",
        "ROOT_QUERY_USED",
    ),
    "federation's directives are defined as it defines them": (
        "type Query { a: Int } directive @shareable(why: String) on FIELD_DEFINITION",
        "DIRECTIVE_DEFINITION_INVALID",
    ),
}

KEPT = {
    "enum values may be written as strings": 'type Query { a(role: Role = "ADMIN"): Int } enum Role { ADMIN }',
    "a key may select lists": (
        'type Query { a: A } type A @key(fields: "all { id }") { all: [B!]! } type B { id: ID! }'
    ),
    "an external field of a key is needed": (
        f'{QUERY} extend type User @key(fields: "id") {{ id: ID! @external }} type User {{ name: String }}'
    ),
}


@pytest.mark.parametrize("law", BROKEN)
def test_a_broken_law_has_its_code(composed: Composer, law: str) -> None:
    sdl, code = BROKEN[law]

    assert {error.code for error in composed(a=sdl).errors} == {code}


@pytest.mark.parametrize("law", KEPT)
def test_what_is_allowed_composes(composed: Composer, law: str) -> None:
    assert composed(a=KEPT[law]).errors == ()


def test_keys_on_interfaces_need_version_2_3(composed: Composer) -> None:
    sdl = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.2", import: ["@key"])
        type Query { a: A }
        interface A @key(fields: "id") { id: ID! }
        type B implements A @key(fields: "id") { id: ID! }"""

    assert [error.code for error in composed(a=sdl).errors] == ["KEY_UNSUPPORTED_ON_INTERFACE"]
    assert composed(a=sdl.replace("v2.2", "v2.3")).errors == ()
