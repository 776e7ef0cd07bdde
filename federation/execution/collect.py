"""Code that collects the entities of one fetch and presents them, for the common case that all they show are leaves.

Equal objects are interchangeable, be it that they carry nothing but their key or all that a service says of them: the
first takes the place of the others, so that it and all below it is fetched, merged and shaped once, wherever it stands.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from connectors.protocol import Representation, RepresentationField
from federation.execution.entities import Entity, Presented
from federation.execution.gathered import FAILED
from federation.execution.source_code import SourceCode
from federation.planning.plan import Each, Key, OnTypes, Path, Step

Collect: TypeAlias = Callable[[Entity, Sequence[Entity]], Presented]
# Python allows twenty nested blocks; lists nested as deep as that are left to the careful way.
MOST_LOOPS = 15


@dataclass(slots=True)
class _Stop:
    """A place on the way: whether entities of the fetch stand there, and the ways on from it."""

    is_end: bool = False
    ways: dict[Step, "_Stop"] = field(default_factory=dict)


def collector(
    paths: Sequence[Path],
    representations: Sequence[Representation],
    shared: Iterable[Path],
    across_paths: bool,  # noqa: FBT001
) -> Collect | None:
    """The generated function; None where representations are nested.

    It takes the data, and entities that are known already, which it does not look for at the paths.

    At the `shared` paths, those of the plan's entities, one object may stand at many places already; what is below it
    is looked at once. Unless objects may be shared `across_paths`, only those at the same path take one another's
    place. The function raises TypeError for keys that are not scalars.
    """
    code = collecting_code(paths, representations, shared, across_paths)
    return None if code is None else code.function("collect", "<collect>")


def collecting_code(
    paths: Sequence[Path],
    representations: Sequence[Representation],
    shared: Iterable[Path],
    across_paths: bool,  # noqa: FBT001
) -> SourceCode | None:
    """The code of what `collector` gives."""
    loops = max((sum(isinstance(step, Each) for step in path) for path in paths), default=0)
    if loops > MOST_LOOPS or not all(map(_is_simple, representations)):
        return None
    writer = _Writer(representations, frozenset(map(_bare, shared)), across_paths=across_paths)
    code = writer.code
    writer.present_known()
    writer.walk(_tree(paths), 1, "o0", ("", ""), ())
    code.line(1, f"return {code.constant(Presented)}(sent, waiting, left, over)")
    sets = [f"    seen{number} = set()" for number in range(writer.guards)]
    firsts = [f"    firsts{number} = {{}}" for number in range(writer.firsts)]
    code.begin("def collect(o0, found):", "    sent, waiting, left, over, known = [], [], [], [], {}", *sets, *firsts)
    return code


def _is_simple(representation: Representation) -> bool:
    return all(isinstance(part, RepresentationField) and not part.selections for part in representation.fields)


def _bare(path: Iterable[Step]) -> Path:
    return tuple(step for step in path if not isinstance(step, OnTypes))


def _tree(paths: Iterable[Path]) -> _Stop:
    root = _Stop()
    for path in paths:
        stop = root
        for step in path:
            stop = stop.ways.setdefault(step, _Stop())
        stop.is_end = True
    return root


class _Writer:
    """Writes the way to the entities, and what is done with each."""

    def __init__(
        self, representations: Sequence[Representation], shared: frozenset[Path], *, across_paths: bool
    ) -> None:
        self.code = SourceCode()
        self.firsts = 1
        self._is_first_end = True
        self._across_paths = across_paths
        self._representations = representations
        self._shared = shared
        self._names = 0
        self.guards = 0

    def present_known(self) -> None:
        """Write what is done with the entities that are known already."""
        self.code.line(1, "for o in found:")
        self._present(2, "o", None)

    def walk(self, stop: _Stop, depth: int, here: str, holder: tuple[str, str], path: Path) -> None:
        """Write what is done with `here`, which its holder has under a key (both as code), and with what is below."""
        code = self.code
        goes_inside = any(isinstance(step, Key) for step in stop.ways)
        if path and not isinstance(path[-1], OnTypes) and (stop.is_end or goes_inside):
            code.line(depth, f"if {here}.__class__ is dict:")
            depth += 1
        if stop.is_end:
            if not self._is_first_end and not self._across_paths:
                self.firsts += 1
            self._is_first_end = False
            self._present(depth, here, holder)
        for step, below in stop.ways.items():
            if not isinstance(step, Key):
                self._step(step, below, depth, here, holder, (*path, step))
        if goes_inside and _bare(path) in self._shared:
            seen = f"seen{self.guards}"
            self.guards += 1
            code.line(depth, f"if id({here}) not in {seen}:")
            code.line(depth + 1, f"{seen}.add(id({here}))")
            depth += 1
        for step, below in stop.ways.items():
            if isinstance(step, Key):
                self._step(step, below, depth, here, holder, (*path, step))

    def _step(self, step: Step, below: _Stop, depth: int, here: str, holder: tuple[str, str], path: Path) -> None:
        code = self.code
        match step:
            case Key(name):
                inner = self._name()
                code.line(depth, f"{inner} = {here}.get({name!r})")
                self.walk(below, depth, inner, (here, repr(name)), path)
            case Each():
                inner = self._name()
                code.line(depth, f"if {here}.__class__ is list:")
                code.line(depth + 1, f"for i{inner}, {inner} in enumerate({here}):")
                self.walk(below, depth + 2, inner, (here, f"i{inner}"), path)
            case OnTypes(names):
                allowed = code.constant(names)
                code.line(depth, f"if {here}.__class__ is dict and {here}.get('__typename') in {allowed}:")
                self.walk(below, depth + 1, here, holder, path)

    def _name(self) -> str:
        self._names += 1
        return f"o{self._names}"

    def _present(self, depth: int, here: str, holder: tuple[str, str] | None) -> None:
        """Write how an object is presented; without a holder no other can take its place."""
        code = self.code
        if not any(item.possible_types for item in self._representations):
            self._present_as(self._representations[0], None, depth, here, holder, typed=False)
            return
        code.line(depth, f"t = {here}.get('__typename')")
        for number, item in enumerate(self._representations):
            condition = f"t in {code.constant(item.possible_types)}" if item.possible_types else "True"
            code.line(depth, f"{'elif' if number else 'if'} {condition}:")
            form = number if len(self._representations) > 1 else None
            self._present_as(item, form, depth + 1, here, holder, typed=True)
        code.line(depth, "else:")
        code.line(depth + 1, f"over.append({here})")

    def _present_as(
        self,
        item: Representation,
        form: int | None,
        depth: int,
        here: str,
        holder: tuple[str, str] | None,
        *,
        typed: bool,
    ) -> None:
        code = self.code
        names = self._read(item, depth, here)
        values = list(names.values())
        identity = values[0] if len(values) == 1 and form is None else f"({_listed([*values, form])})"
        if holder is not None:
            shown = [*values, "t"] if typed else values
            key = values[0] if len(shown) == 1 else f"({_listed(shown)})"
            firsts = f"firsts{self.firsts - 1}"
            code.line(depth, f"first = {firsts}.get({key})")
            code.line(depth, f"if first is None: {firsts}[{key}] = {here}")
            code.line(depth, f"if first is not None and (first is {here} or first == {here}):")
            code.line(depth + 1, f"if first is not {here}: {here} = {holder[0]}[{holder[1]}] = first")
        lost = " or ".join(f"{name} is {code.constant(FAILED)}" for name in values) or "False"
        code.line(depth, f"{'if' if holder is None else 'elif'} {lost}:")
        code.line(depth + 1, f"left.append({here})")
        whole = " and ".join(f"{names[source]} is not None" for source in item.required) or "True"
        code.line(depth, f"elif {whole}:")
        code.line(depth + 1, f"n = known.get({identity})")
        code.line(depth + 1, "if n is None:")
        code.line(depth + 2, f"known[{identity}] = len(sent)")
        code.line(depth + 2, f"sent.append({self._sent(item, names, here)})")
        code.line(depth + 2, f"waiting.append([{here}])")
        code.line(depth + 1, "else:")
        # One object that stands at many places is met at each of them.
        code.line(depth + 2, f"if waiting[n][-1] is not {here}: waiting[n].append({here})")
        code.line(depth, "else:")
        code.line(depth + 1, f"over.append({here})")

    def _read(self, item: Representation, depth: int, here: str) -> dict[str, str]:
        """Write how the sources are read; gives for each the variable that holds it."""
        fields = [part.source for part in item.fields if isinstance(part, RepresentationField)]
        names = {source: f"v{number}" for number, source in enumerate(dict.fromkeys([*item.required, *fields]))}
        for source, name in names.items():
            self.code.line(depth, f"{name} = {here}.get({source!r})")
        return names

    def _sent(self, item: Representation, names: dict[str, str], here: str) -> str:
        parts = [f"'__typename': {item.typename!r}" if item.typename else f"'__typename': {here}.get('__typename')"]
        parts += [
            f"{part.name!r}: {names[part.source]}"
            for part in item.fields
            if isinstance(part, RepresentationField) and part.name != "__typename"
        ]
        return f"{{{', '.join(parts)}}}"


def _listed(values: Iterable[object]) -> str:
    return "".join(f"{value}, " for value in values if value is not None)
