"""Write the code that collects the entities of fetches in one walk over the data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connectors.protocol import Representation, RepresentationField
from federation.execution.entities import Presented
from federation.execution.gathered import FAILED
from federation.execution.source_code import SourceCode
from federation.planning.plan import Each, Key, OnTypes, Path, Step


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one fetch wants: the entities at its paths, presented so.

    Unless objects may be shared `across_paths`, only those at the same path take one another's place.
    """

    paths: tuple[Path, ...]
    representations: Sequence[Representation]
    across_paths: bool


def collecting_code(
    wanted: Sequence[Wanted], shared: Iterable[Path], *, with_found: bool = False, is_strict: bool = True
) -> SourceCode:
    """The code of what a Collector runs; where it `is_strict`, it raises KeyError for whatever an object lacks.

    What is below the `shared` paths is looked at once for each object.
    """
    sent = [_Sent(number, each) for number, each in enumerate(wanted)]
    writer = _Writer(frozenset(map(_bare, shared)), is_strict=is_strict)
    if with_found:
        writer.present_found(sent[0])
    writer.walk(_tree(sent), 1, "o0", ("", ""), ())
    writer.finish(sent)
    return writer.code


def _bare(path: Iterable[Step]) -> Path:
    return tuple(step for step in path if not isinstance(step, OnTypes))


@dataclass(slots=True)
class _Stop:
    """A place on the way: of which fetches entities stand there, and the ways on from it."""

    ends: list["_Sent"] = field(default_factory=list)
    ways: dict[Step, "_Stop"] = field(default_factory=dict)


class _Sent:
    """The variables of the generated code that hold what one fetch sends."""

    def __init__(self, number: int, wanted: Wanted) -> None:
        self.number = number
        self.wanted = wanted
        self.firsts = 0

    def of(self, name: str) -> str:
        """The name of one of its variables."""
        return f"{name}{self.number or ''}"

    def begin_path(self) -> None:
        """From now on what is written is for another path."""
        if not self.firsts or not self.wanted.across_paths:
            self.firsts += 1

    def firsts_name(self, number: int) -> str:
        """What holds the first of equal objects at a path."""
        return f"{self.of('firsts')}_{number}"

    def initial(self) -> tuple[str, ...]:
        """How its variables begin."""
        lists = ", ".join(map(self.of, ("sent", "waiting", "left", "over", "known")))
        firsts = (f"{self.firsts_name(number)} = {{}}" for number in range(1, self.firsts + 1))
        return (f"{lists} = [], [], [], [], {{}}", *firsts)


def _tree(sent: Sequence[_Sent]) -> _Stop:
    root = _Stop()
    for each in sent:
        for path in each.wanted.paths:
            stop = root
            for step in path:
                stop = stop.ways.setdefault(step, _Stop())
            stop.ends.append(each)
    return root


class _Writer:
    """Writes the way to the entities, and what is done with each."""

    def __init__(self, shared: frozenset[Path], *, is_strict: bool) -> None:
        self.code = SourceCode()
        self._shared = shared
        self._is_strict = is_strict
        self._names = 0
        self._guards = 0

    def present_found(self, sent: _Sent) -> None:
        """Write what is done with the entities that are known already."""
        self.code.line(1, "for o in found:")
        self._present(sent, 2, "o", None)

    def finish(self, sent: Sequence[_Sent]) -> None:
        """Write the beginning and the end."""
        made = self.code.constant(Presented)
        parts = [f"{made}({', '.join(map(each.of, ('sent', 'waiting', 'left', 'over')))})" for each in sent]
        self.code.line(1, f"return ({', '.join(parts)},)")
        sets = [f"    seen{number} = set()" for number in range(self._guards)]
        variables = [f"    {line}" for each in sent for line in each.initial()]
        self.code.begin("def collect(o0, found):", *variables, *sets)

    def walk(self, stop: _Stop, depth: int, here: str, holder: tuple[str, str], path: Path) -> None:
        """Write what is done with `here`, which its holder has under a key (both as code), and with what is below."""
        code = self.code
        goes_inside = any(isinstance(step, Key) for step in stop.ways)
        if path and not isinstance(path[-1], OnTypes) and (stop.ends or goes_inside):
            code.line(depth, f"if {here}.__class__ is dict:")
            depth += 1
        for sent in stop.ends:
            sent.begin_path()
            self._present(sent, depth, here, holder)
        for step, below in stop.ways.items():
            if not isinstance(step, Key):
                self._step(step, below, depth, here, holder, (*path, step))
        if goes_inside and _bare(path) in self._shared:
            seen = f"seen{self._guards}"
            self._guards += 1
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
                code.line(depth, f"{inner} = {self._member(here, name)}")
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

    def _member(self, here: str, name: str) -> str:
        return f"{here}[{name!r}]" if self._is_strict else f"{here}.get({name!r})"

    def _present(self, sent: _Sent, depth: int, here: str, holder: tuple[str, str] | None) -> None:
        """Write how an object is presented; without a holder no other can take its place."""
        code, representations = self.code, sent.wanted.representations
        if not any(item.possible_types for item in representations):
            self._present_as(sent, representations[0], None, depth, here, holder)
            return
        code.line(depth, f"t = {here}.get('__typename')")
        for number, item in enumerate(representations):
            condition = f"t in {code.constant(item.possible_types)}" if item.possible_types else "True"
            code.line(depth, f"{'elif' if number else 'if'} {condition}:")
            self._present_as(sent, item, number, depth + 1, here, holder)
        code.line(depth, "else:")
        code.line(depth + 1, f"{sent.of('over')}.append({here})")

    def _present_as(
        self,
        sent: _Sent,
        item: Representation,
        form: int | None,
        depth: int,
        here: str,
        holder: tuple[str, str] | None,
    ) -> None:
        """Write it for objects of one form, which has a number where objects are told apart by their types."""
        code = self.code
        names = self._read(item, depth, here)
        values = list(names.values())
        if holder is None:
            condition = "if"
        else:
            firsts = sent.firsts_name(max(sent.firsts, 1))
            key = _together(values if form is None else [*values, "t"])
            code.line(depth, f"first = {firsts}.setdefault({key}, {here})")
            code.line(depth, f"if first is not {here} and first == {here}:")
            code.line(depth + 1, f"{here} = {holder[0]}[{holder[1]}] = first")
            condition = "elif"
        lost = " or ".join(f"{name} is {code.constant(FAILED)}" for name in values) or "False"
        code.line(depth, f"{condition} {lost}:")
        code.line(depth + 1, f"{sent.of('left')}.append({here})")
        whole = " and ".join(f"{names[source]} is not None" for source in item.required) or "True"
        known, waiting, all_sent = sent.of("known"), sent.of("waiting"), sent.of("sent")
        identity = _together(values if len(sent.wanted.representations) == 1 else [*values, str(form)])
        code.line(depth, f"elif {whole}:")
        code.line(depth + 1, f"n = {known}.setdefault({identity}, len({all_sent}))")
        code.line(depth + 1, f"if n == len({all_sent}):")
        code.line(depth + 2, f"{all_sent}.append({self._sent(item, names, here)})")
        code.line(depth + 2, f"{waiting}.append([{here}])")
        # One object that stands at many places is met at each of them.
        code.line(depth + 1, f"elif {waiting}[n][-1] is not {here}: {waiting}[n].append({here})")
        code.line(depth, "else:")
        code.line(depth + 1, f"{sent.of('over')}.append({here})")

    def _read(self, item: Representation, depth: int, here: str) -> dict[str, str]:
        """Write how the sources are read; gives for each the variable that holds it."""
        fields = [part.source for part in item.fields if isinstance(part, RepresentationField)]
        names = {source: f"v{number}" for number, source in enumerate(dict.fromkeys([*item.required, *fields]))}
        for source, name in names.items():
            self.code.line(depth, f"{name} = {self._member(here, source)}")
        return names

    def _sent(self, item: Representation, names: dict[str, str], here: str) -> str:
        parts = [f"'__typename': {item.typename!r}" if item.typename else f"'__typename': {here}.get('__typename')"]
        parts += [
            f"{part.name!r}: {names[part.source]}"
            for part in item.fields
            if isinstance(part, RepresentationField) and part.name != "__typename"
        ]
        return f"{{{', '.join(parts)}}}"


def _together(values: Sequence[str]) -> str:
    """One value, or a tuple of several."""
    return values[0] if len(values) == 1 else f"({''.join(f'{value}, ' for value in values)})"
