"""Members are renamed there and back, and nothing is lost on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import BindingInvalid
from connectors.transforms.renaming import Renaming

NAMES = st.sampled_from(["name", "full_name", "a", "b", "c"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, str]:
    """Renamings at some places, where no two members of one place get one name."""
    found: dict[str, str] = {}
    for place in draw(st.lists(st.sampled_from(["", "a.", "name.", "a.b."]), unique=True)):
        names = draw(st.lists(NAMES, unique=True, max_size=4))
        others = draw(st.permutations(["name", "full_name", "a", "b", "c"]))
        found |= {f"{place}{name}": other for name, other in zip(names, others, strict=False)}
    return found


@given(rules(), JSON)
def test_what_goes_up_comes_down_as_it_was(rules: dict[str, str], value: Any) -> None:
    renaming = Renaming(rules)

    assert renaming.down(renaming.up(value)) == value


@given(rules(), JSON)
def test_what_comes_down_goes_up_as_it_was(rules: dict[str, str], value: Any) -> None:
    renaming = Renaming(rules)

    assert renaming.up(renaming.down(value)) == value


def test_a_member_is_renamed_and_all_others_stay() -> None:
    renaming = Renaming({"name": "full_name"})

    assert renaming.up({"id": 1, "name": "Ada"}) == {"id": 1, "full_name": "Ada"}
    assert renaming.down([{"full_name": "Ada"}]) == [{"name": "Ada"}]


def test_members_inside_members_are_named_by_their_path_in_our_words() -> None:
    renaming = Renaming({"users": "people", "users.name": "full_name"})

    assert renaming.up({"users": [{"name": "Ada"}]}) == {"people": [{"full_name": "Ada"}]}
    assert renaming.down({"people": [{"full_name": "Ada"}]}) == {"users": [{"name": "Ada"}]}


def test_names_that_are_in_each_others_way_change_places() -> None:
    assert Renaming({"name": "full_name"}).up({"name": 1, "full_name": 2}) == {"full_name": 1, "name": 2}


@pytest.mark.parametrize("wrong", [{"a": "c", "b": "c"}, {"": "a"}, {"a.": "b"}, {"a": ""}, {"a": "b.c"}, {".a": "b"}])
def test_rules_that_are_no_renaming_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BindingInvalid):
        Renaming(wrong)
