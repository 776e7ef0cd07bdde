"""Collect entities by generated code: for one fetch, for several in one walk, and where objects lack something."""

from connectors.protocol import Representation, RepresentationField
from federation.execution.collect import Collector
from federation.execution.collecting_code import Wanted
from federation.planning.plan import Each, Key, Path

AUTHORS: Path = (Key("books"), Each(), Key("author"))
BOOKS: Path = (Key("books"), Each())


def test_two_fetches_are_collected_for_in_one_walk() -> None:
    data = {"books": [{"isbn": "1", "author": {"id": "a"}}, {"isbn": "2", "author": {"id": "b"}}]}

    books, authors = _collector(_wanted(BOOKS, "Book", "isbn"), _wanted(AUTHORS, "Author", "id")).collect(data)

    assert books.representations == [{"__typename": "Book", "isbn": "1"}, {"__typename": "Book", "isbn": "2"}]
    assert authors.representations == [{"__typename": "Author", "id": "a"}, {"__typename": "Author", "id": "b"}]


def test_equal_objects_become_one_object() -> None:
    data = {"books": [{"isbn": "1", "author": {"id": "a"}}, {"isbn": "2", "author": {"id": "a"}}]}

    (authors,) = _collector(_wanted(AUTHORS, "Author", "id")).collect(data)

    assert authors.entities == [[{"id": "a"}]]
    assert data["books"][0]["author"] is data["books"][1]["author"]


def test_objects_that_differ_beyond_their_key_wait_for_one_answer() -> None:
    data = {"books": [{"author": {"id": "a", "name": "Ada"}}, {"author": {"id": "a"}}]}

    (authors,) = _collector(_wanted(AUTHORS, "Author", "id")).collect(data)

    assert authors.representations == [{"__typename": "Author", "id": "a"}]
    assert authors.entities == [[{"id": "a", "name": "Ada"}, {"id": "a"}]]


def test_what_only_some_objects_have_is_collected_all_the_same() -> None:
    data = {"books": [{"isbn": "1"}, {"isbn": "2", "author": {"id": "a"}}, {"isbn": "3", "author": {"name": "?"}}]}

    collector = _collector(_wanted(AUTHORS, "Author", "id"))

    for _ in range(2):
        (authors,) = collector.collect(data)
        assert authors.representations == [{"__typename": "Author", "id": "a"}]
        assert authors.passed_over == [{"name": "?"}]


def _wanted(path: Path, typename: str, key: str) -> Wanted:
    representation = Representation(typename, frozenset(), (RepresentationField(key, key),), (key,))
    return Wanted((path,), (representation,), across_paths=True)


def _collector(*wanted: Wanted) -> Collector:
    return Collector(wanted, (), with_found=False)
