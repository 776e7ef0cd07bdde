"""Fetches as operations: text in, text out."""

from collections.abc import Callable

import pytest

from connectors.graphql.print_operation import print_operation
from connectors.protocol import Fetch
from schemas.selection import Condition, Field, InlineFragment

ReadFetch = Callable[..., Fetch]


@pytest.mark.parametrize(
    "text",
    [
        "query{users{id name}}",
        "mutation{rename(id:1){id}}",
        'query{a:user(id:"1"){id} b:user(id:"2"){id}}',
        "query($id:ID!){user(id:$id){id}}",
        "query($first:Int=20,$in:[In!]={ a: 1 }){users(first:$first,in:$in){id}}",
        'query{users(by:{ name: "Zoë \\"Z\\"", kinds: [ADMIN, GUEST], on: true, ratio: 1.5, none: null }){id}}',
        "query{pet{__typename ...on Cat{meows} ...on Dog{barks}}}",
        "query($a:Boolean!,$b:Boolean!){users{id@include(if:$a) name@skip(if:$a)@include(if:$b){first}}}",
        "query($a:Boolean!){users{...on User@skip(if:$a){id} ...@include(if:$a){name}}}",
    ],
)
def test_a_root_fetch_is_its_selections_as_they_are(fetch: ReadFetch, text: str) -> None:
    assert print_operation(fetch(text)) == text


def test_an_entity_fetch_asks_for_entities(fetch: ReadFetch) -> None:
    wanted = fetch("query($n:Int){...on User{orders(first:$n){id}} ...on Guest{id}}", "User", "Guest")
    assert print_operation(wanted) == (
        "query($representations:[_Any!]!,$n:Int){_entities(representations:$representations)"
        "{...on User{orders(first:$n){id}} ...on Guest{id}}}"
    )


def test_entities_are_asked_for_by_a_query_in_mutations_too(fetch: ReadFetch) -> None:
    assert print_operation(fetch("mutation{...on User{id}}", "User")).startswith("query($representations:[_Any!]!)")


def test_the_variable_of_the_representations_is_never_the_clients(fetch: ReadFetch) -> None:
    printed = print_operation(fetch("query($representations:Int){...on User{a(b:$representations)}}", "User"))
    assert printed == (
        "query($_representations:[_Any!]!,$representations:Int){_entities(representations:$_representations)"
        "{...on User{a(b:$representations)}}}"
    )


def test_directives_on_the_clients_variables_stay_with_us(fetch: ReadFetch) -> None:
    assert print_operation(fetch("query($id:ID!@ours){user(id:$id){id}}")) == "query($id:ID!){user(id:$id){id}}"


def test_conditions_that_cannot_stand_together_are_nested() -> None:
    both = (Condition("a"), Condition("b"), Condition("a"), Condition("c", negated=True))
    selections = (Field("id", conditions=both), InlineFragment("User", (Field("name"),), both))
    assert print_operation(Fetch("users", "query", selections)) == (
        "query{...@include(if:$b){id@include(if:$a)@skip(if:$c)} "
        "...@include(if:$b){...on User@include(if:$a)@skip(if:$c){name}}}"
    )


def test_an_alias_that_renames_nothing_is_left_out() -> None:
    assert print_operation(Fetch("users", "query", (Field("id", alias="id"),))) == "query{id}"


LONG = "name size colour weight price stock maker origin warranty rating"


def test_what_is_asked_of_a_type_again_and_again_is_a_named_fragment(fetch: ReadFetch) -> None:
    asked = f"... on Book {{ {LONG} }}"

    text = print_operation(fetch(f"{{ a {{ {asked} }} b {{ {asked} }} c {{ {asked} }} d {{ {asked} }} }}"))

    assert text == f"query{{a{{...f0}} b{{...f0}} c{{...f0}} d{{...f0}}}} fragment f0 on Book{{{LONG}}}"


def test_fragments_stand_in_fragments(fetch: ReadFetch) -> None:
    inner = f"... on Maker {{ {LONG} }}"
    asked = f"... on Book {{ {LONG} by {{ {inner} }} }}"

    text = print_operation(
        fetch(f"{{ a {{ {asked} }} b {{ {asked} }} c {{ {asked} }} d {{ {inner} }} e {{ {inner} }} }}")
    )

    assert text == (
        "query{a{...f0} b{...f0} c{...f0} d{...f1} e{...f1}}"
        f" fragment f0 on Book{{{LONG} by{{...f1}}}} fragment f1 on Maker{{{LONG}}}"
    )


def test_short_repetitions_stay_as_they_are(fetch: ReadFetch) -> None:
    asked = "... on Book { name }"

    text = print_operation(fetch(f"{{ a {{ {asked} }} b {{ {asked} }} {LONG} {LONG.upper()} {LONG.title()} }}"))

    assert "fragment" not in text


def test_strings_that_look_like_fragments_are_left_alone(fetch: ReadFetch) -> None:
    asked = f"... on Book {{ {LONG} }}"
    looks = f"...on Book{{{LONG}}}"

    text = print_operation(
        fetch(f'{{ a(of: "{looks}") {{ {asked} }} b {{ {asked} }} c {{ {asked} }} d {{ {asked} }} }}')
    )

    assert f'"{looks}"' in text
    assert "fragment" not in text
