"""Code that collects the entities of one fetch and presents them, for the common case that all they show are leaves.

Objects that carry nothing but their key are interchangeable: the first of each takes the place of the others, so that
it is fetched, merged and shaped once, wherever it stands.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from connectors.protocol import Representation, RepresentationField
from federation.execution.entities import Entity, Presented
from federation.execution.gathered import FAILED
from federation.execution.source_code import SourceCode
from federation.planning.plan import Each, Key, OnTypes, Step

Collect: TypeAlias = Callable[[Entity], Presented]
# Python allows twenty nested loops; lists nested as deep as that are left to the careful way.
MOST_LOOPS = 15


def collector(
    paths: Sequence[Sequence[Step]], representations: Sequence[Representation], *, across_paths: bool
) -> Collect | None:
    """The generated function; None where representations are nested.

    Unless objects may be shared `across_paths`, only those at the same path are. It raises TypeError for keys that are
    not scalars.
    """
    loops = max((sum(isinstance(step, Each) for step in path) for path in paths), default=0)
    if loops > MOST_LOOPS or not all(map(_is_simple, representations)):
        return None
    code = SourceCode()
    made = code.constant(Presented)
    failed = code.constant(FAILED)
    code.line(0, "def collect(o0):")
    code.line(1, "sent, waiting, left, known, found, firsts = [], [], [], {}, set(), {}")
    for number, path in enumerate(paths):
        code.line(1, "seen = set()")
        if number and not across_paths:
            code.line(1, "firsts = {}")
        depth, place = _walk(code, path)
        _present(code, depth, place, representations, failed)
    code.line(1, f"return {made}(sent, waiting, left)")
    return code.function("collect", "<collect>")


def _is_simple(representation: Representation) -> bool:
    return all(isinstance(part, RepresentationField) and not part.selections for part in representation.fields)


def _walk(code: SourceCode, path: Sequence[Step]) -> tuple[int, tuple[str, str, str]]:
    """Write the way to the objects; gives the indent there, and names for the object, its container and its key."""
    depth, number = 1, 0
    here, container, key = "o0", "", ""
    for step in path:
        match step:
            case Key(name):
                if number:
                    # One object may stand at many places already; what is below it is looked at once.
                    code.line(depth, f"if {here}.__class__ is dict and id({here}) not in seen:")
                    code.line(depth + 1, f"seen.add(id({here}))")
                    depth += 1
                container, key = here, repr(name)
                number += 1
                code.line(depth, f"o{number} = {here}.get({name!r})")
                here = f"o{number}"
            case Each():
                code.line(depth, f"if {here}.__class__ is list:")
                number += 1
                code.line(depth + 1, f"for i{number}, o{number} in enumerate({here}):")
                depth += 2
                container, key = here, f"i{number}"
                here = f"o{number}"
            case OnTypes(names):
                allowed = code.constant(names)
                code.line(depth, f"if {here}.__class__ is dict and {here}.get('__typename') in {allowed}:")
                depth += 1
    code.line(depth, f"if {here}.__class__ is dict and id({here}) not in found:")
    code.line(depth + 1, f"found.add(id({here}))")
    return depth + 1, (here, container, key)


def _present(
    code: SourceCode, depth: int, place: tuple[str, str, str], representations: Sequence[Representation], failed: str
) -> None:
    here = place[0]
    typed = any(item.possible_types for item in representations)
    if typed:
        code.line(depth, f"typename = {here}.get('__typename')")
    keyword = "if"
    for number, item in enumerate(representations):
        if item.possible_types:
            code.line(depth, f"{keyword} typename in {code.constant(item.possible_types)}:")
        elif typed:
            code.line(depth, "else:" if number else "if True:")
        keyword = "elif"
        _present_one(code, depth + typed, place, item, failed, number if len(representations) > 1 else None)


def _present_one(
    code: SourceCode, depth: int, place: tuple[str, str, str], item: Representation, failed: str, form: int | None
) -> None:
    here, container, key = place
    sources = dict.fromkeys(
        [*item.required, *(part.source for part in item.fields if isinstance(part, RepresentationField))]
    )
    names = {source: f"v{number}" for number, source in enumerate(sources)}
    for source, name in names.items():
        code.line(depth, f"{name} = {here}.get({source!r})")
    missing = " or ".join(f"{names[source]} is None" for source in item.required) or "False"
    lost = " or ".join(f"{name} is {failed}" for name in names.values()) or "False"
    code.line(depth, f"if {lost}:")
    code.line(depth + 1, f"left.append({here})")
    code.line(depth, f"elif not ({missing}):")
    values = ", ".join(names.values())
    identity = f"({values},)" if form is None else f"({form}, {values})"
    code.line(depth + 1, f"identity = {identity if len(names) != 1 or form is not None else values}")
    code.line(depth + 1, "n = known.get(identity)")
    code.line(depth + 1, "if n is None:")
    code.line(depth + 2, "known[identity] = len(sent)")
    typename = repr(item.typename) if item.typename else f"{here}.get('__typename')"
    parts = ", ".join(
        f"{part.name!r}: {names[part.source]}"
        for part in item.fields
        if isinstance(part, RepresentationField) and part.name != "__typename"
    )
    code.line(depth + 2, f"sent.append({{'__typename': {typename}, {parts}}})")
    code.line(depth + 2, f"waiting.append([{here}])")
    code.line(depth + 2, f"firsts[identity] = {here}")
    code.line(depth + 1, "else:")
    carried = code.constant(frozenset({*sources, "__typename"}))
    code.line(depth + 2, f"first = firsts.setdefault(identity, {here})")
    alike = f"first is not {here} and {here}.keys() <= {carried} and {here} == first"
    code.line(depth + 2, f"if {alike}:" if container else "if False:")
    code.line(depth + 3, f"{container or 'first'}[{key or repr('')}] = first")
    code.line(depth + 2, "else:")
    code.line(depth + 3, f"waiting[n].append({here})")
