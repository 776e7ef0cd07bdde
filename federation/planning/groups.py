"""Turn choices into groups: each will be one fetch, with what it selects, by which representations, and after which."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from connectors.protocol import ContextVariable, RepresentationField, RepresentationFragment
from federation.planning.context_variables import ContextVariables
from federation.planning.giving import Giving, named_type
from federation.planning.graph_index import GraphIndex
from federation.planning.places import (
    ByField,
    ByFragment,
    ByJump,
    Choice,
    ContextValue,
    FromRoot,
    Place,
    Position,
    Slot,
)
from federation.planning.plan import Step
from federation.planning.selection_tree import SelectionNode
from federation.planning.sources import SourceNames
from federation.planning.want import TYPENAME, Want, WantField, WantFragment

RepresentationPart = RepresentationField | RepresentationFragment


@dataclass(slots=True)
class Presenting:
    """How objects are presented: fields by their name, and which of them are the key."""

    typename: str
    possible_types: frozenset[str]
    fields: dict[str, RepresentationField] = field(default_factory=dict)
    fragments: list[RepresentationFragment] = field(default_factory=list)
    required: dict[str, None] = field(default_factory=dict)

    def add(self, parts: Iterable[RepresentationPart]) -> None:
        """Present these too."""
        for part in parts:
            if isinstance(part, RepresentationFragment):
                if part not in self.fragments:
                    self.fragments.append(part)
                continue
            held = self.fields.get(part.name)
            self.fields[part.name] = part if held is None else _joined(held, part)

    def includes(self, other: "Presenting") -> bool:
        """Whether it presents every object, and those of the other with all that they are presented with there."""
        if self.possible_types or (self.typename, self.required) != (other.typename, other.required):
            return False
        return other.fields.items() <= self.fields.items() and all(item in self.fragments for item in other.fragments)

    def conflicts(self, other: "Presenting") -> bool:
        """Whether both give one name to different things."""
        return any(
            item.source != self.fields[name].source for name, item in other.fields.items() if name in self.fields
        )


def _joined(left: RepresentationField, right: RepresentationField) -> RepresentationField:
    parts = Presenting("", frozenset())
    parts.add(left.selections)
    parts.add(right.selections)
    return RepresentationField(left.name, left.source, (*parts.fields.values(), *parts.fragments))


@dataclass(slots=True, eq=False)
class Group:
    """A fetch in the making. Without `presenting` it asks the graph's root. `after` must be done before it.

    It `tells_types` where others need to know what its objects are, and `leads_on` where a client's own fields lead
    through it, so that it also tells which objects are there. Its objects stand at all of `paths`; `slot` is that of
    the first. The groups `beside` it go in the same call. By its `rule` it is for some of the objects; it `decides`
    about the objects at those slots which they are.
    """

    graph: str
    slot: Slot
    paths: tuple[tuple[Step, ...], ...]
    depth: int
    root: SelectionNode = field(default_factory=SelectionNode)
    presenting: list[Presenting] = field(default_factory=list)
    contexts: dict[str, ContextVariable] = field(default_factory=dict)
    after: dict["Group", None] = field(default_factory=dict)
    awaited_by: dict["Group", None] = field(default_factory=dict)
    purposes: dict[str, None] = field(default_factory=dict)
    tells_types: bool = False
    leads_on: bool = False
    beside: list["Group"] = field(default_factory=list)
    rule: Hashable = None
    decides: set[Slot] = field(default_factory=set)

    def wait_for(self, other: "Group") -> None:
        """Be done after the other."""
        self.after[other] = None
        other.awaited_by[self] = None


class Grouping:
    """Collects the choices of one operation, or of one run of mutations."""

    def __init__(
        self, index: GraphIndex, giving: Giving, sources: SourceNames, context_variables: ContextVariables
    ) -> None:
        self._index = index
        self._giving = giving
        self._sources = sources
        self._context_variables = context_variables
        self._groups: dict[object, Group] = {}
        self._nodes: dict[tuple[Place, Hashable], tuple[Group, SelectionNode]] = {}

    @property
    def groups(self) -> list[Group]:
        """All groups, in the order in which they were needed."""
        return list(self._groups.values())

    def add(self, choices: Sequence[Choice]) -> None:
        """Select everything chosen."""
        for choice in choices:
            group = self._select(choice)
            group.tells_types |= choice.want is TYPENAME
            group.purposes[_purpose(choice)] = None

    def _select(self, choice: Choice, rule: Hashable = None) -> Group:
        place, position, want = choice.place, choice.position, choice.want
        if want is TYPENAME and isinstance(place.via, ByFragment):
            place = place.via.parent
        if isinstance(want, WantField) and want.rule is not None:
            rule = want.rule
        group, node = self._node(place, rule)
        self._emit(node, place, position.slot, position.type_name, want)
        if isinstance(want, WantField) and want.decides is not None:
            group.decides.add(want.decides)
        return group

    def _node(self, place: Place, rule: Hashable) -> tuple[Group, SelectionNode]:
        """Where in which group the selections on a place stand, for those objects that the rule lets have them."""
        if isinstance(place.via, FromRoot | ByField):
            rule = None  # what comes with its object comes for all of them
        if (place, rule) not in self._nodes:
            self._nodes[place, rule] = self._new_node(place, rule)
        return self._nodes[place, rule]

    def _new_node(self, place: Place, rule: Hashable) -> tuple[Group, SelectionNode]:
        via = place.via
        if isinstance(via, FromRoot):
            group = self._groups.setdefault(place.graph, Group(place.graph, (), (), 0))
            return group, group.root
        if isinstance(via, ByField):
            want = via.want
            group, node = self._node(via.parent, want.rule)
            group.leads_on |= want.source is not None
            return group, node.below(via.source, want.name, want.arguments, want.conditions)
        if isinstance(via, ByFragment):
            group, node = self._node(via.parent, rule)
            return group, node.fragment(via.on)
        return self._entered(place, via, rule)

    def _entered(self, place: Place, via: ByJump, rule: Hashable) -> tuple[Group, SelectionNode]:
        position = via.position
        presented = self._presenting(position, via) if via.entrance.key else []
        kinds = tuple((item.typename, item.possible_types, tuple(item.required)) for item in presented)
        key = (place.graph, position.path, place.depth, kinds, rule)
        sequence = 0
        while (found := self._groups.get((key, sequence))) and _clash(found.presenting, presented):
            sequence += 1
        group = self._groups.get((key, sequence))
        if group is None:
            group = Group(place.graph, position.slot, (position.path,), place.depth, presenting=presented, rule=rule)
            self._groups[key, sequence] = group
        else:
            join_presenting(group.presenting, presented)
        for value in via.contexts:
            variable = self._context_variable(value)
            group.contexts[variable.name] = variable
        for need in via.needs:
            # What is required for some of the objects is fetched for those alone.
            group.wait_for(self._select(need, rule if need.want in via.requires else None))
        if not presented:
            return group, group.root
        return group, group.root.fragments.setdefault(via.entrance.type_name, SelectionNode())

    def _context_variable(self, value: ContextValue) -> ContextVariable:
        position = value.position
        return ContextVariable(
            self._context_variables.name(value.type_name, value.field, value.argument),
            value.argument.type,
            len(position.path),
            tuple(self._represent(position.slot, position.type_name, value.wants)),
        )

    def _presenting(self, position: Position, via: ByJump) -> list[Presenting]:
        slot, type_name = position.slot, position.type_name
        key = tuple(self._represent(slot, type_name, via.entrance.fields))
        requires = tuple(self._represent(slot, type_name, via.requires))
        possible = self._index.possible_types[type_name]
        if via.typename:
            only = possible if position.narrowed else frozenset[str]()
            made = [Presenting(via.typename, only)]
        else:
            made = [Presenting(name, frozenset({name})) for name in sorted(possible)]
        for item in made:
            item.add((*key, *requires))
            item.required.update((part.source, None) for part in key if isinstance(part, RepresentationField))
        return made

    def _represent(self, slot: Slot, type_name: str, wants: Iterable[Want]) -> Iterator[RepresentationPart]:
        for want in wants:
            if isinstance(want, WantFragment):
                inner = tuple(self._represent(slot, want.on, want.selections))
                yield RepresentationFragment(self._index.possible_types[want.on], inner)
                continue
            if want.name == "__typename":
                yield RepresentationField("__typename", "__typename")
                continue
            source = self._sources.name_needed(slot, type_name, want)
            below: tuple[RepresentationPart, ...] = ()
            if want.selections:
                child = self._index.child_type(type_name, want.name)
                below = tuple(self._represent((*slot, source), child, want.selections))
            yield RepresentationField(want.name, source, below)

    def _emit(self, node: SelectionNode, place: Place, slot: Slot, static: str, want: Want) -> None:
        emission = _Emission(self._index, self._giving, self._sources, self._context_variables, place.graph)
        emission.emit(node, _Here(place.type_name, place.provided, place.granted, slot, static), want)


@dataclass(frozen=True, slots=True)
class _Here:
    """Where a want is written: the type there as the graph calls it, and as the supergraph does (`static`)."""

    type_name: str
    provided: tuple[Want, ...]
    granted: frozenset[str]
    slot: Slot
    static: str


@dataclass(frozen=True, slots=True)
class _Emission:
    """Writes wants, which one graph gives by itself, into a selection tree."""

    index: GraphIndex
    giving: Giving
    sources: SourceNames
    context_variables: ContextVariables
    graph: str

    def emit(self, node: SelectionNode, here: _Here, want: Want) -> None:
        if isinstance(want, WantFragment):
            self._fragment(node, here, want)
        elif want.name == "__typename":
            node.typename = True
        elif self.giving.holds_here(self.graph, here.type_name, want, here.provided, here.granted):
            self._field(node, here, want)
        else:
            for name in sorted(self.index.possible_in(self.graph, here.type_name)):
                self._field(node.fragment(name), _Here(name, here.provided, frozenset(), here.slot, here.static), want)

    def _field(self, node: SelectionNode, here: _Here, want: WantField) -> None:
        source = self.sources.name_needed(here.slot, here.static, want)
        field = self.giving.field(self.graph, here.type_name, want.name)
        child_type = named_type(field.type)
        arguments = (*want.arguments, *self.context_variables.arguments(here.type_name, field))
        if child_type not in self.index.possible_types:
            node.add(source, want.name, arguments, want.conditions)
            return
        inner = node.below(source, want.name, arguments, want.conditions)
        below = _Here(
            child_type,
            self.giving.provided_below(field, here.provided, here.type_name),
            frozenset(),
            (*here.slot, source),
            self.index.child_type(here.static, want.name),
        )
        for item in want.selections:
            self.emit(inner, below, item)

    def _fragment(self, node: SelectionNode, here: _Here, want: WantFragment) -> None:
        names = self.giving.relevant(self.graph, here.type_name, want.on)
        if not names:
            return
        as_one = self.index.is_abstract_in(self.graph, here.type_name) and self._stands_as_one(here, want, names)
        for name in [want.on] if as_one else names:
            narrower = name != here.type_name
            inner = node.fragment(name) if narrower else node
            for item in want.selections:
                self.emit(inner, _Here(name, here.provided, frozenset(), here.slot, want.on), item)

    def _stands_as_one(self, here: _Here, want: WantFragment, names: list[str]) -> bool:
        """Whether the graph's own idea of the type condition covers the same objects."""
        if not self.index.is_abstract_in(self.graph, want.on):
            return False
        both = self.index.possible_in(self.graph, here.type_name) & self.index.possible_in(self.graph, want.on)
        return sorted(both) == names and all(
            self.giving.gives_here(self.graph, want.on, item, here.provided) for item in want.selections
        )


def _clash(ours: list[Presenting], theirs: list[Presenting]) -> bool:
    return any(
        left.conflicts(right)
        for left in ours
        for right in theirs
        if (left.typename, left.possible_types) == (right.typename, right.possible_types)
    )


def can_join_presenting(ours: list[Presenting], theirs: list[Presenting]) -> bool:
    """Whether each object would still be presented in one way only."""
    return all(_can_stand_together(left, right) for left in ours for right in theirs)


def _can_stand_together(left: Presenting, right: Presenting) -> bool:
    if (left.typename, left.possible_types) == (right.typename, right.possible_types):
        return not left.conflicts(right) and left.required == right.required
    if left.includes(right) or right.includes(left):
        return True
    if not left.possible_types or not right.possible_types or left.possible_types & right.possible_types:
        return False
    # Under one name all are asked for the same, so that all must bring what it requires.
    return left.typename != right.typename or (left.fields, left.fragments) == (right.fields, right.fragments)


def join_presenting(ours: list[Presenting], theirs: list[Presenting]) -> None:
    """Present by `ours` what both need."""
    for item in theirs:
        same = (held for held in ours if (held.typename, held.possible_types) == (item.typename, item.possible_types))
        held = next(same, None)
        if held is not None:
            held.add((*item.fields.values(), *item.fragments))
            held.required.update(item.required)
        elif not any(held.includes(item) for held in ours):
            ours[:] = [held for held in ours if not item.includes(held)]
            ours.append(item)


def _purpose(choice: Choice) -> str:
    want = choice.want
    return f"{choice.position.type_name}.{want.name}" if isinstance(want, WantField) else f"... on {want.on}"
