"""Roles include other roles: who has `admin` may have all that `support` has."""

from collections.abc import Iterable, Mapping


class RoleInclusion:
    """`includes` maps each role to those that it includes; these may include others."""

    def __init__(self, includes: Mapping[str, Iterable[str]]) -> None:
        self._all = {role: frozenset(_closure(role, includes)) for role in includes}

    def held(self, roles: frozenset[str]) -> frozenset[str]:
        """The roles with all that they include."""
        if not self._all or self._all.keys().isdisjoint(roles):
            return roles
        return roles.union(*(self._all.get(role, frozenset()) for role in roles))

    def covers(self, roles: Iterable[str], asked: frozenset[str]) -> bool:
        """Whether whoever has any of the roles has one of those that are asked for."""
        return all(not asked.isdisjoint(self.held(frozenset({role}))) for role in roles)


def _closure(role: str, includes: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [role]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting.extend(includes.get(each, ()))
    return found


NO_INCLUSION = RoleInclusion({})
