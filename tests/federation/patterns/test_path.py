"""Paths that the gateway and a service could understand differently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.patterns.path import PathInvalid, read_path, write_path

SEGMENTS = st.lists(
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\\/"), min_size=1).filter(
        lambda text: text.partition(";")[0] not in {".", ".."}
    ),
    max_size=5,
)


@pytest.mark.parametrize(
    "path",
    [
        "/a/../b",
        "/a/./b",
        "/a/%2e%2e/b",
        "/a/%2E./b",
        "/a/..%2fb",
        "/a/x%2f..%2fb",
        "/a/..;x/b",
        "/a/%2e%2e;/b",
        "/a//b",
        "//b",
        "/a/%00b",
        "/a/%0d%0ab",
        "/a/%5cb",
        "/a\\b",
        "/a/%",
        "/a/%zz",
        "/a/%ff",
        "/ä",
        "a",
        "*",
    ],
)
def test_paths_with_two_meanings_are_refused(path: str) -> None:
    with pytest.raises(PathInvalid):
        read_path(path)


@pytest.mark.parametrize("path", ["/a%2Fb", "/a;v=1/b"])
def test_slashes_in_segments_and_their_parameters_are_told(path: str) -> None:
    assert read_path(path).is_loose


def test_a_slash_in_a_segment_divides_nothing() -> None:
    assert read_path("/a%2fb/c").segments == ("a/b", "c")
    assert write_path(("a/b", "c")) == "/a%2Fb/c"


def test_a_slash_at_the_end_is_kept() -> None:
    assert write_path(read_path("/a/b/").segments) == "/a/b/"


def test_letters_that_are_encoded_without_need_are_matched_as_letters() -> None:
    assert read_path("/%61pi").segments == ("api",)


@given(SEGMENTS)
def test_what_is_written_is_read_again(segments: list[str]) -> None:
    assert read_path(write_path(tuple(segments))).segments == tuple(segments)
