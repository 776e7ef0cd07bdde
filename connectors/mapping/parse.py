"""Read selections, bodies and single expressions of the mapping language into their syntax trees.

The grammar is that of Apollo Connectors v0.3, with those later forms that v0.3 would refuse (so that no text has two
meanings): commas between entries, numbers and lists after an alias, chains of `??` without `$()`, spreads, and a body
in bare braces.
"""

from functools import lru_cache

from connectors.mapping.check_calls import BINDING_METHOD, check_call
from connectors.mapping.cursor import Cursor
from connectors.mapping.syntax import (
    Choice,
    Current,
    Entry,
    Expression,
    Fallback,
    Item,
    ListLiteral,
    Literal,
    Member,
    MethodCall,
    ObjectLiteral,
    Optional,
    Path,
    Selection,
    Step,
    Variable,
)
from connectors.mapping.tokens import Token, unquote

CONSTANTS = {"true": True, "false": False, "null": None}
FALLBACKS = {mark.value: mark for mark in Fallback}


@lru_cache(maxsize=4096)
def parse_selection(text: str) -> Selection:
    """Read a `selection` or a `body`; raises MappingInvalid with line and column."""
    cursor = Cursor(text)
    if cursor.looks_at("{", "[") or cursor.token.kind == "number":
        selection = Selection((Entry(None, _expression(cursor)),))
        cursor.expect_end()
        return selection
    selection = Selection(_entries(cursor, closing=""))
    if not selection.entries:
        raise cursor.wrong("a selection names at least one field")
    return selection


def parse_expression(text: str, whole: str | None = None, offset: int = 0) -> Expression:
    """Read one expression, as in a hole of a template; `whole` and `offset` say where it stands, for errors."""
    cursor = Cursor(text, whole, offset)
    if cursor.token.kind == "end":
        raise cursor.wrong("an expression is missing, such as {$args.id}")
    value = _expression(cursor)
    cursor.expect_end()
    return value


def _entries(cursor: Cursor, closing: str) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    while cursor.token.text != closing or (not closing and cursor.token.kind != "end"):
        if cursor.token.kind == "end":
            raise cursor.wrong(f"'{closing}' is missing")
        entries.append(_entry(cursor))
        cursor.skip(",")
    if len(entries) > 1:
        for entry in entries:
            _check_merges(entry, cursor)
    return tuple(entries)


def _entry(cursor: Cursor) -> Entry:
    offset = cursor.token.offset
    if cursor.skip("..."):
        return Entry(None, _expression(cursor), spread=True, offset=offset)
    if cursor.token.kind in {"name", "string"} and cursor.following.text == ":":
        key = _key(cursor)
        cursor.skip(":")
        return Entry(key, _aliased(cursor), offset=offset)
    value = _chain(cursor, _path(cursor))
    return Entry(_own_key(value), value, offset=offset)


def _aliased(cursor: Cursor) -> Expression | Selection:
    if cursor.looks_at("{"):
        return _braces(cursor)
    if cursor.looks_at("[") or cursor.token.kind == "number":
        return _expression(cursor)
    # v0.3: a quoted string after an alias is the name of a member; a string itself is written $("...").
    return _chain(cursor, _path(cursor))


def _own_key(value: Expression) -> str | None:
    """The key that an entry without alias has: a single name keeps it, a longer path merges."""
    if not isinstance(value, Path) or not value.relative:
        return None
    first, *others = value.steps
    if isinstance(first, Member) and all(isinstance(step, Optional) for step in others):
        return first.name
    return None


def _check_merges(entry: Entry, cursor: Cursor) -> None:
    if entry.key is not None or entry.spread or (isinstance(entry.value, Path) and entry.value.selection):
        return
    problem = "among other fields, this path needs a name before it ('name: path') or braces after it"
    raise cursor.wrong(problem, entry.offset)


def _braces(cursor: Cursor) -> Selection:
    with cursor.nested():
        opening = cursor.token.offset
        cursor.expect("{")
        selection = Selection(_entries(cursor, closing="}"))
        cursor.expect("}")
    if not selection.entries:
        raise cursor.wrong("these braces are empty: name the fields to take", opening)
    return selection


def _path(cursor: Cursor) -> Path:
    offset = cursor.token.offset
    root, first = _root(cursor)
    steps = first + _steps(cursor)
    selection = _braces(cursor) if cursor.looks_at("{") else None
    return Path(root, steps, selection, relative=bool(first), offset=offset)


def _root(cursor: Cursor) -> tuple[Current | Item | Variable | Expression, tuple[Step, ...]]:
    token = cursor.token
    if token.kind in {"name", "string"}:
        return Current(), (Member(_key(cursor)),)
    if token.kind == "variable":
        cursor.check_variable(token)
        cursor.advance()
        return Variable(token.text), ()
    if cursor.skip("@"):
        return Item(), ()
    if not cursor.skip("$"):
        raise cursor.wrong(f"expected a field, a path or '$', found {_shown(token)}")
    if not cursor.skip("("):
        return Current(), ()
    value = _expression(cursor)
    cursor.expect(")")
    return value, ()


def _steps(cursor: Cursor) -> tuple[Step, ...]:
    steps: list[Step] = []
    while cursor.looks_at("?", ".", "->"):
        mark = cursor.advance().text
        if mark == "?":
            steps.append(Optional())
        elif mark == ".":
            steps.append(Member(_key(cursor)))
        else:
            steps.append(_method(cursor))
    return tuple(steps)


def _method(cursor: Cursor) -> MethodCall:
    token = cursor.token
    if token.kind != "name":
        raise cursor.wrong(f"expected the name of a method after '->', found {_shown(token)}")
    cursor.advance()
    arguments: list[Expression] = []
    if cursor.skip("("):
        while not cursor.looks_at(")"):
            if token.text == BINDING_METHOD and not arguments and cursor.token.kind == "variable":
                cursor.bound.add(cursor.token.text)
            arguments.append(_expression(cursor))
            if not cursor.skip(","):
                break
        cursor.expect(")")
    call = MethodCall(token.text, tuple(arguments), token.offset)
    problem = check_call(call)
    if problem:
        raise cursor.wrong(problem, token.offset)
    return call


def _expression(cursor: Cursor) -> Expression:
    with cursor.nested():
        return _chain(cursor, _operand(cursor))


def _chain(cursor: Cursor, first: Expression) -> Expression:
    if not cursor.looks_at(*FALLBACKS):
        return first
    mark = cursor.token.text
    options = [first]
    while cursor.looks_at(*FALLBACKS):
        if cursor.token.text != mark:
            raise cursor.wrong("?? and ?! cannot be mixed in one chain: put one of them in $( )")
        cursor.advance()
        options.append(_operand(cursor))
    return Choice(FALLBACKS[mark], tuple(options))


def _operand(cursor: Cursor) -> Expression:
    token = cursor.token
    value: Expression | None = None
    if token.kind == "string":
        value = Literal(unquote(cursor.advance()))
    elif token.kind == "number":
        value = Literal(_number(cursor.advance().text))
    elif token.kind == "name" and token.text in CONSTANTS and cursor.following.text != ".":
        value = Literal(CONSTANTS[cursor.advance().text])
    elif cursor.looks_at("{"):
        value = _object(cursor)
    elif cursor.looks_at("["):
        value = _list(cursor)
    if value is None:
        return _path(cursor)
    steps = _steps(cursor)
    return Path(value, steps, offset=token.offset) if steps else value


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _list(cursor: Cursor) -> ListLiteral:
    cursor.expect("[")
    items: list[Expression] = []
    while not cursor.looks_at("]"):
        items.append(_expression(cursor))
        if not cursor.skip(","):
            break
    cursor.expect("]")
    return ListLiteral(tuple(items))


def _object(cursor: Cursor) -> ObjectLiteral:
    cursor.expect("{")
    members: list[tuple[str, Expression]] = []
    while not cursor.looks_at("}"):
        offset = cursor.token.offset
        key = _key(cursor)
        value = _expression(cursor) if cursor.skip(":") else Path(Current(), (Member(key),), None, True, offset)
        members.append((key, value))
        cursor.skip(",")
    cursor.expect("}")
    return ObjectLiteral(tuple(members))


def _key(cursor: Cursor) -> str:
    token = cursor.token
    if token.kind == "string":
        return unquote(cursor.advance())
    if token.kind == "name":
        return cursor.advance().text
    raise cursor.wrong(f"expected a name, found {_shown(token)}")


def _shown(token: Token) -> str:
    return "the end" if token.kind == "end" else f"'{token.text}'"
