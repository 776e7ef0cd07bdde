"""Judge the guarded fields of an operation for one caller: what is denied, by which guard, and what depends on objects.

Requests and `interlace explain` are judged here alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from federation.extensions.authorization.evaluate import Caller, Facts, Verdict, passes
from federation.extensions.authorization.functions import PolicyFunctions
from federation.extensions.authorization.guarded_fields import GuardedField
from federation.identity import Identity
from federation.operations.arguments import argument_values
from federation.operations.extension import OperationRun
from schemas.policy import Guard, Mode


@dataclass(frozen=True, slots=True)
class Judged:
    """One field for one caller.

    `verdicts` are those of its guards. It is denied where one says no, and depends on each object where one does not
    know; then `facts` are what is known beside the object. Guards in shadow are judged, and deny nothing.
    """

    guarded: GuardedField
    verdicts: tuple[tuple[Guard, Verdict], ...]
    facts: Facts

    @property
    def verdict(self) -> Verdict:
        """What the guards that are enforced say together."""
        enforced = [verdict for guard, verdict in self.verdicts if guard.mode is Mode.ENFORCE]
        if False in enforced:
            return False
        return None if None in enforced else True

    @property
    def saying_no(self) -> tuple[Guard, ...]:
        """The guards that say no, enforced or not."""
        return tuple(guard for guard, verdict in self.verdicts if verdict is False)

    @property
    def undecided(self) -> tuple[Guard, ...]:
        """The guards that have to know the object."""
        return tuple(guard for guard, verdict in self.verdicts if verdict is None)


@dataclass(slots=True)
class Judge:
    """Judges the fields of one request."""

    caller: Caller
    run: OperationRun
    granted: frozenset[str] = frozenset()

    async def ask(self, fields: Iterable[GuardedField], functions: PolicyFunctions | None, identity: Identity) -> None:
        """Ask the team's functions for all policies on which anything that is still wanted depends."""
        names: set[str] = set()
        for guarded in fields:
            if guarded.ask and self.run.is_wanted(guarded.selected) and self._may_pass(guarded):
                names.update(name for guard in guarded.ask for group in guard.policies for name in group)
        if names and functions is not None:
            self.granted = await functions.granted(frozenset(names), identity)

    def judge(self, guarded: GuardedField) -> Judged:
        """Judge one field."""
        facts = Facts(self.caller, granted=self.granted)
        if guarded.owns:
            facts = replace(facts, arguments=self._values(guarded), this=self._known(guarded))
        guards = (*guarded.constant, *guarded.ask, *guarded.owns)
        verdicts = [(guard, passes(guard, facts)) for guard in guards]
        if not guarded.can_know:
            # What cannot be known of an object lets nobody pass.
            verdicts = [(guard, False if verdict is None else verdict) for guard, verdict in verdicts]
        return Judged(guarded, tuple(verdicts), facts)

    def _may_pass(self, guarded: GuardedField) -> bool:
        facts = Facts(self.caller)
        return all(passes(guard, facts) or guard.mode is not Mode.ENFORCE for guard in guarded.constant)

    def _values(self, guarded: GuardedField) -> Mapping[str, Any]:
        if guarded.definition is None:
            return {}
        return argument_values(guarded.selected.field, guarded.definition, self.run.variables)

    def _known(self, guarded: GuardedField) -> Mapping[tuple[str, ...], Any]:
        """What the arguments of a field that gives an entity by its key say of the entity."""
        lookup = guarded.lookup
        if lookup is None:
            return {}
        values = argument_values(lookup.field, lookup.definition, self.run.variables)
        return {(key,): values.get(argument) for key, argument in lookup.arguments.items()}
