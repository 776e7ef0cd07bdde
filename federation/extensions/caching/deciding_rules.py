"""By which rule a value is kept: decided here for calls, and for those who ask what would be decided."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from schemas.policy import CacheRule, FieldPolicy, Mode, PolicyTable


@dataclass(frozen=True, slots=True)
class Place:
    """A field of `parent`, for which `members` stand where it is abstract; `returned` is the object type that it gives,
    None for a leaf.
    """

    parent: str
    name: str
    members: tuple[str, ...] = ()
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class DecidingRules:
    """The rules of one supergraph; `default` holds for what has none."""

    policies: PolicyTable
    default: CacheRule | None = None

    def of_value(self, place: Place, around: CacheRule | None) -> CacheRule | None:
        """The rule of a field's values: its own; else that of the type it gives, for a leaf that `around` it; else the
        default.
        """
        inherited = around if place.returned is None else self.of_type(place.returned)
        return self.of_field(place) or inherited or self.default

    def of_field(self, place: Place) -> CacheRule | None:
        """What is declared for the field, or for it in all types that its abstract type stands for."""
        own = kept_rule(self.policies.of(f"{place.parent}.{place.name}"))
        if own is not None or not place.members:
            return own
        rules = [kept_rule(self.policies.of(f"{member}.{place.name}")) for member in place.members]
        known = [rule for rule in rules if rule is not None]
        return narrowest_rule(known) if len(known) == len(rules) else None

    def of_type(self, name: str) -> CacheRule | None:
        """What is declared for objects of the type, as they are fetched by their key."""
        return _kept(self.policies.type_caches.get(name))


def kept_rule(policy: FieldPolicy) -> CacheRule | None:
    """The rule of a field by which its values are kept; None where none is, or is only in shadow."""
    return _kept(policy.cache)


def narrowest_rule(rules: Iterable[CacheRule]) -> CacheRule:
    """What holds for values of any of the rules; it comes from the shortest."""
    found = tuple(rules)
    return replace(
        min(found, key=lambda rule: rule.max_age),
        scope="public" if all(rule.scope == "public" for rule in found) else "private",
        swr=min(rule.swr for rule in found),
        stale_if_error=min(rule.stale_if_error for rule in found),
        tags=tuple(dict.fromkeys(tag for rule in found for tag in rule.tags)),
    )


def _kept(rule: CacheRule | None) -> CacheRule | None:
    return rule if rule is not None and rule.mode is Mode.ENFORCE else None
