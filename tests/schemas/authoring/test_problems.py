"""Whatever is wrong with a team's module is said at once, with file, line, class, field and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.authoring.load_module import load_module
from schemas.problems import SchemaInvalid
from schemas.to_subgraph import to_subgraph

Problems = Callable[[str], list[str]]


def test_everything_that_is_wrong_with_classes_is_listed_with_its_line(problems: Problems) -> None:
    found = problems(
        '''
@key("id")
class User:
    id: ID
    team: "Taem"

    @connect
    def friends(self) -> list["User"]:
        """Whose."""
        return [self.id]

    @connect
    def rich(self) -> bool:
        if self.id:
            return True
        return rest.get("/rich")

    @connect_entity
    def one(self) -> "User":
        return rest.got(self.id)

    @local(requires="id nme team { x")
    def label(self) -> str:
        return ""

    @local(requires="id ful_name")
    def initials(self) -> str:
        return ""

    full_name: str

@strawberry.type
class Query:
    @local(requires="user")
    def me(self) -> User | None:
        return None
'''
    )

    assert found == [
        "team.py:14: User.team: its type is not known here: import it, or look at its spelling",
        'team.py:17: User.friends: return a call to a source, as in service.get("/users"), and not [$this.id]',
        (
            "team.py:23: User.rich: cannot test $this.id: it is known only when the call is made;"
            " write the call without looking at it"
        ),
        "team.py:32: User.label: requires='id nme team { x' is not a field set, as in 'id name address { city }'",
        "team.py:36: User.initials: it requires 'ful_name', which is not a field of User. Did you mean 'fullName'?",
        "team.py:29: User.one: AttributeError: 'RestSource' object has no attribute 'got'",
        "team.py:44: Query.me: @local(requires=...) needs an entity, and Query has no key: use @strawberry.field",
    ]


def test_bindings_that_do_not_fit_their_place_are_found_at_their_lines(problems: Problems) -> None:
    found = problems(
        """
@key("id")
class User:
    id: ID

    @connect
    def orders(self) -> list[str]:
        return rest.post("/orders", {"users": batch(self).id})

    @connect_entity
    def one(self) -> "User":
        return rest.get("/users/{$this.ident}")

@strawberry.type
class Query:
    @connect
    def user(self, id: ID) -> User | None:
        return rest.get("users/{$args.idd}", entity=True)
"""
    )

    assert found == [
        "team.py:26: Query.user: the address has to start with '/'",
        "team.py:20: User.one: $this.ident: User has no field 'ident'. Did you mean 'id'? (in 'GET')",
        (
            "team.py:16: User.orders: $batch on a field needs 'groupBy': the member of each"
            " answered item that says whose it is"
        ),
    ]


def test_a_resolver_in_an_object_that_only_a_service_gives_needs_a_key(problems: Problems) -> None:
    found = problems(
        """
@strawberry.type
class Item:
    sku: str

    @strawberry.field
    def label(self) -> str:
        return self.sku

@strawberry.type
class Page:
    items: list[Item]

@strawberry.type
class Query:
    @connect
    def page(self) -> Page:
        return rest.get("/page")
"""
    )

    assert found == ["team.py:16: Item.label: Python gets an object by its key, and Item has none: put @key on it"]


def test_types_that_repeat_themselves_or_are_abstract_need_a_selection(problems: Problems) -> None:
    found = problems(
        """
@strawberry.type
class Tree:
    children: list["Tree"]

@strawberry.interface
class Shape:
    area: int

@strawberry.type
class Query:
    @connect
    def tree(self) -> Tree:
        return rest.get("/tree")

    @connect
    def shape(self) -> Shape:
        return rest.get("/shape")
"""
    )

    assert found == [
        "team.py:22: Query.tree: Tree > Tree repeats itself: bind the field that leads back, or write the selection",
        (
            "team.py:26: Query.shape: Shape is abstract, so its members do not say which type they are: write the"
            " selection"
        ),
    ]


def test_a_module_without_a_root_or_an_entity_is_no_subgraph(problems: Problems) -> None:
    assert problems("x = 1\n") == [
        "team.py: it defines neither Query nor Mutation nor a type under @key: it is no subgraph"
    ]


def test_what_strawberry_refuses_is_named_with_the_file(problems: Problems) -> None:
    (found,) = problems(
        """
@strawberry.type
class Query:
    @strawberry.field
    def now(self, when) -> int:
        return 1
"""
    )

    assert found.startswith('team.py:13: Missing annotation for argument "when"')


def test_a_module_that_fails_while_it_is_imported_is_named_with_the_line(problems: Problems) -> None:
    assert problems("a = 1\nb = a / 0\n") == ["team.py:11: ZeroDivisionError: division by zero"]


def test_a_module_that_python_cannot_read_is_named_with_the_line(problems: Problems) -> None:
    assert problems("class\n") == ["team.py:10: Python cannot read it: invalid syntax"]


@pytest.mark.parametrize("name", ["schemas.no_such_module", "no_such_package.users"])
def test_a_module_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(SchemaInvalid, match=f"^{name}: ModuleNotFoundError: No module named"):
        to_subgraph(name, "team")


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone.py"

    with pytest.raises(SchemaInvalid, match=r"gone.py: FileNotFoundError"):
        load_module(str(path))
