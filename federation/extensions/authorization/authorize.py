"""Authorisation of operations: denied fields are masked, or the operation refused, before anything is fetched."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import GraphQLSchema

from federation.extensions.authorization.errors import code_for, message_for, refusal
from federation.extensions.authorization.evaluate import Caller, Facts, passes
from federation.extensions.authorization.functions import PolicyFunctions
from federation.extensions.authorization.guarded_fields import GuardedField, Lookups, guarded_fields
from federation.extensions.authorization.judge import Judge, Judged
from federation.extensions.decisions import Decisions
from federation.identity import Identity
from federation.operations.extension import Denial, ObjectCheck, OperationRun
from federation.operations.mask import Mark
from federation.operations.operation import Operation
from schemas.conditions import variables_of
from schemas.policy import Guard, Mode, Owns, PolicyTable
from schemas.role_inclusion import RoleInclusion

MOST_KINDS_OF_CALLERS = 256


@dataclass(frozen=True, slots=True)
class AuthorizationOptions:
    """What holds for all guards; `refuses` whole operations for a denied field, instead of making it null."""

    roles: RoleInclusion
    functions: PolicyFunctions | None = None
    lookups: Lookups = field(default_factory=dict)
    refuses: bool = False
    decisions: Decisions = field(default_factory=Decisions)


class Authorization:
    """The operation extension; `schema` is the API schema."""

    def __init__(self, table: PolicyTable, schema: GraphQLSchema, options: AuthorizationOptions) -> None:
        self._table = table
        self._schema = schema
        self._options = options

    def prepare(self, operation: Operation) -> "AuthorizedOperation | None":
        """The guard of an operation; None when no field of it is guarded."""
        guarded = tuple(guarded_fields(operation, self._table, self._schema, self._options.lookups))
        return AuthorizedOperation(guarded, self._options) if guarded else None


class AuthorizedOperation:
    """Decides about one operation. What roles and scopes alone decide is decided once for each set of them."""

    def __init__(self, guarded: tuple[GuardedField, ...], options: AuthorizationOptions) -> None:
        self._guarded = guarded
        self._options = options
        every = (guard for each in guarded for guard in (*each.constant, *each.ask, *each.owns))
        self._kinds = tuple(dict.fromkeys(type(guard).__name__ for guard in every))
        # For each kind of caller the fields that are not simply let pass.
        self._to_judge: dict[object, tuple[GuardedField, ...]] = {}

    async def decide(self, run: OperationRun) -> Sequence[Denial]:
        """What is denied. Raises a RequestError where one denied field refuses the whole operation."""
        identity = run.context.identity
        kind = (identity.is_anonymous, identity.roles, identity.scopes)
        open_fields = self._to_judge.get(kind)
        if open_fields is None:
            open_fields = self._keep(kind, identity)
        if not open_fields:
            self._options.decisions.allow(self._kinds)
            return ()
        judged = await self._judged(open_fields, run)
        others = {type(guard).__name__ for each in judged for guard in (*each.saying_no, *each.undecided)}
        self._options.decisions.allow(kind for kind in self._kinds if kind not in others)
        return self._denials(judged, run)

    async def explain(self, run: OperationRun) -> list[Judged]:
        """How every guarded field that is wanted is judged, those too that are let pass."""
        return await self._judged(self._guarded, run)

    async def _judged(self, fields: Sequence[GuardedField], run: OperationRun) -> list[Judged]:
        identity = run.context.identity
        judge = Judge(caller_of(identity, self._options.roles), run)
        if any(each.ask for each in fields):
            await judge.ask(fields, self._options.functions, identity)
        judged: list[Judged] = []
        for each in fields:
            if run.is_wanted(each.selected):
                found = judge.judge(each)
                judged.append(found)
                if found.verdict is False:
                    run.masked.add(each.selected.mark)
        return judged

    def _keep(self, kind: object, identity: Identity) -> tuple[GuardedField, ...]:
        facts = Facts(caller_of(identity, self._options.roles))
        found = tuple(
            each
            for each in self._guarded
            if not (each.is_constant and all(passes(guard, facts) for guard in each.constant))
        )
        if len(self._to_judge) >= MOST_KINDS_OF_CALLERS:
            del self._to_judge[next(iter(self._to_judge))]
        self._to_judge[kind] = found
        return found

    def _denials(self, judged: list[Judged], run: OperationRun) -> list[Denial]:
        is_known = not run.context.identity.is_anonymous
        marks: dict[str, list[Mark]] = {}
        for each in judged:
            self._count(each.guarded, each.saying_no)
            if each.verdict is False:
                marks.setdefault(each.guarded.coordinate, []).append(each.guarded.selected.mark)
            elif each.undecided:
                run.checks.append(self._check(each, is_known=is_known))
        if marks and self._options.refuses:
            raise refusal(tuple(marks), is_known=is_known)
        code = code_for(is_known=is_known)
        return [
            Denial(tuple(found), code, message_for(coordinate, is_known=is_known))
            for coordinate, found in marks.items()
        ]

    def _count(self, guarded: GuardedField, saying_no: Sequence[Guard]) -> None:
        for guard in saying_no:
            outcome = "denied" if guard.mode is Mode.ENFORCE else "shadowed"
            self._options.decisions.count(guarded.coordinate, type(guard).__name__, outcome)

    def _check(self, judged: Judged, *, is_known: bool) -> ObjectCheck:
        guarded = judged.guarded

        def saying_no(this: Mapping[tuple[str, ...], Any]) -> list[Guard]:
            facts = replace(judged.facts, this=this, is_whole=True)
            return [guard for guard in judged.undecided if not passes(guard, facts)]

        denial = Denial(
            (guarded.selected.mark,),
            code_for(is_known=is_known),
            message_for(guarded.coordinate, is_known=is_known),
        )
        refused = refusal((guarded.coordinate,), is_known=is_known) if self._options.refuses else None
        return ObjectCheck(
            guarded.selected.mark,
            guarded.ways,
            lambda this: not any(guard.mode is Mode.ENFORCE for guard in saying_no(this)),
            denial,
            refused,
            _rule(judged),
            lambda this: self._count(guarded, saying_no(this)),
        )


def _rule(judged: Judged) -> Hashable:
    """What the objects have to be: equal for fields that one request gives for the same ones."""
    deciding = [guard for guard in judged.undecided if isinstance(guard, Owns) and guard.mode is Mode.ENFORCE]
    if not deciding:
        return None
    reads_arguments = any(variable.scope == "args" for guard in deciding for variable in variables_of(guard.when))
    texts = tuple(sorted({guard.text for guard in deciding}))
    return (texts, judged.guarded.selected.mark) if reads_arguments else texts


def caller_of(identity: Identity, roles: RoleInclusion) -> Caller:
    """The identity as guards see it."""
    return Caller(not identity.is_anonymous, roles.held(identity.roles), identity.scopes, identity.claims)
