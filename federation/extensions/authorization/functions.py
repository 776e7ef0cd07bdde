"""Policies that a team writes as async functions, and how they are asked: all that an operation needs, at once.

@policy("can_refund", "can_export")
async def from_the_directory(asked: frozenset[str], caller: Identity) -> Collection[str]:
return asked & await directory.permissions(caller.subject)
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from types import ModuleType
from typing import TypeAlias, TypeVar

from federation.identity import Identity

log = logging.getLogger(__name__)
MARK = "__interlace_policies__"

# Gets those of its names that are asked for, and gives those of them that the caller meets; or True for all of them.
PolicyFunction: TypeAlias = Callable[[frozenset[str], Identity], Awaitable[Collection[str] | bool]]
F = TypeVar("F", bound=PolicyFunction)


def policy(*names: str) -> Callable[[F], F]:
    """Register an async function for policies of these names, as `@policy(policies: [["name"]])` asks for them."""

    def decorate(function: F) -> F:
        setattr(function, MARK, names)
        return function

    return decorate


class PolicyFunctions:
    """The functions by the names of their policies; they have `seconds` to answer.

    A function that raises, or that is not done in time, says no; so does a name that no function has.
    """

    def __init__(self, functions: Mapping[str, PolicyFunction], seconds: float) -> None:
        self._functions = functions
        self._seconds = seconds

    @property
    def names(self) -> frozenset[str]:
        """The policies that can be met."""
        return frozenset(self._functions)

    async def granted(self, names: frozenset[str], caller: Identity) -> frozenset[str]:
        """Those of the names that the caller meets; each function is asked once, all at the same time."""
        asked: dict[PolicyFunction, set[str]] = {}
        for name in sorted(names & self._functions.keys()):
            asked.setdefault(self._functions[name], set()).add(name)
        tasks: list[asyncio.Task[frozenset[str]]] = []
        async with asyncio.TaskGroup() as group:
            for function, mine in asked.items():
                tasks.append(group.create_task(self._ask(function, frozenset(mine), caller)))
        return frozenset[str]().union(*(task.result() for task in tasks))

    async def _ask(self, function: PolicyFunction, asked: frozenset[str], caller: Identity) -> frozenset[str]:
        try:
            async with asyncio.timeout(self._seconds):
                said = await function(asked, caller)
        except Exception:
            log.exception("a policy function failed, which denies", extra={"policies": sorted(asked)})
            return frozenset()
        if isinstance(said, bool):
            return asked if said else frozenset()
        return asked.intersection(said)


def functions_in(module: ModuleType) -> tuple[Mapping[str, PolicyFunction], tuple[str, ...]]:
    """The functions of a module by their policies' names, and what is wrong with them."""
    found: dict[str, PolicyFunction] = {}
    problems: list[str] = []
    named = [(name, function) for function in vars(module).values() for name in getattr(function, MARK, ())]
    for name, function in named:
        if found.setdefault(name, function) is not function:
            problems.append(f"{module.__name__}: two functions are for the policy '{name}': keep one")
    return found, tuple(problems)
