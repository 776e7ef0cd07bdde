"""Hold a binding's body and selection against the messages of its method, before anything is called."""

from collections.abc import Iterator, Sequence

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from connectors.errors import BindingInvalid
from connectors.grpc.types import WELL_KNOWN_FILES, GrpcMethod
from connectors.mapping.parse import parse_expression, parse_selection
from connectors.mapping.syntax import (
    Choice,
    Current,
    Expression,
    Item,
    Member,
    MethodCall,
    ObjectLiteral,
    Path,
    Selection,
    Variable,
)
from schemas.connect import Connect
from schemas.problems import suggest


def check_binding(connect: Connect, method: GrpcMethod) -> None:
    """Raises BindingInvalid with every member that the method's messages do not have.

    What cannot be known before a call (methods of the mapping language, maps, free values) is not checked.
    """
    problems: list[str] = []
    if (connect.call.body or "").strip():
        written = parse_selection(connect.call.body or "")
        problems += [f"'body': {problem}" for problem in _written(written, method.input)]
    selection = parse_selection(connect.selection)
    problems += [f"'selection': {problem}" for problem in _read(selection, method.output)]
    if connect.group_by is not None and not problems:
        problems += [f"'groupBy': {problem}" for problem in _group_by(connect.group_by, selection, method.output)]
    if problems:
        raise BindingInvalid("\n".join(f"{connect.coordinate}: {problem}" for problem in dict.fromkeys(problems)))


def _written(node: Selection | Expression, message: Descriptor | None) -> Iterator[str]:
    """Fields that an object is given and its message does not have."""
    if message is None:
        return
    match node:
        case Selection():
            members: Sequence[tuple[str | None, Selection | Expression]] = [
                (entry.key, entry.value) for entry in node.entries
            ]
        case ObjectLiteral():
            members = node.members
        case Path(selection=Selection() as selection):
            members = [(None, selection)]
        case _:
            return
    for key, value in members:
        if key is None:
            yield from _written(value, message)
            continue
        fields = {name: field for field in message.fields for name in (field.name, field.json_name)}
        if key in fields:
            yield from _written(value, _inside(fields[key]))
        else:
            yield _no_field(message, key)


def _read(node: Selection | Expression, message: Descriptor | None) -> Iterator[str]:
    """Members that are read off a message that does not have them."""
    match node:
        case Selection():
            for entry in node.entries:
                yield from _read(entry.value, message)
        case Choice():
            for option in node.options:
                yield from _read(option, message)
        case ObjectLiteral():
            for _key, value in node.members:
                yield from _read(value, message)
        case Path():
            if not isinstance(node.root, Current | Item | Variable):
                yield from _read(node.root, message)
            reached, problems = _reached(node, message)
            yield from problems
            if node.selection is not None and not problems:
                yield from _read(node.selection, reached)


def _reached(path: Path, message: Descriptor | None) -> tuple[Descriptor | None, list[str]]:
    """The message to which a path leads (None where that is unknown), and what is wrong on the way."""
    if not isinstance(path.root, Current):
        return None, []
    for step in path.steps:
        if message is None or isinstance(step, MethodCall):
            return None, []
        if not isinstance(step, Member):
            continue
        field = message.fields_by_name.get(step.name)
        if field is None:
            return None, [_no_field(message, step.name)]
        message = _inside(field)
    return message, []


def _group_by(text: str, selection: Selection, message: Descriptor) -> Iterator[str]:
    """The member of an item is read where the selection's braces stand, or on the answer itself."""
    items = selection.sole
    if isinstance(items, Path):
        reached, _ = _reached(items, message)
        yield from _read(parse_expression(text), reached)
    elif items is None:
        yield from _read(parse_expression(text), message)


def _inside(field: FieldDescriptor) -> Descriptor | None:
    """The message in a field; None where its members are not those of its type."""
    inner = field.message_type
    if inner is None or inner.GetOptions().map_entry or inner.file.name in WELL_KNOWN_FILES:
        return None
    return inner


def _no_field(message: Descriptor, name: str) -> str:
    hint = suggest(name, message.fields_by_name) or f" It has: {', '.join(message.fields_by_name) or 'no fields'}."
    return f"{message.full_name} has no field '{name}'.{hint}"
