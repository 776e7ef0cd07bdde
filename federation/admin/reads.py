"""What operators may look at: all workers' views, joined."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from federation.admin.actions import known_views
from federation.admin.deed import missing
from federation.admin.joined_services import join_services
from federation.admin.refusals import unknown
from federation.admin.standing_decisions import StandingDecisions
from federation.admin.workforce import DEADLINES, Deadlines, Heard, Workforce, ask_all


@dataclass(frozen=True, slots=True)
class Reads:
    """Each gives JSON; they raise Refused where no worker answers. Who is silent stands under `missing`."""

    workforce: Workforce
    standing: StandingDecisions
    deadlines: Deadlines = DEADLINES

    async def status(self) -> dict[str, Any]:
        """The version that is served, by whom, and the last reload of each."""
        heard = await self._look()
        known = known_views(heard)
        versions = sorted({view["version"] for _, view in known})
        workers = [
            {"worker": number, **{key: view[key] for key in ("pid", "version", "ready", "started_at", "last_reload")}}
            for number, view in known
        ]
        return {
            "version": versions[0] if len(versions) == 1 else None,
            "versions": versions,
            "workers": workers,
            "restarts": self.workforce.restarts,
            **_silent(heard),
        }

    async def services(self) -> dict[str, Any]:
        """All services with their endpoints, circuits and registries."""
        heard = await self._look()
        return {"services": self._with_registries(heard), **_silent(heard)}

    async def service(self, name: str) -> dict[str, Any]:
        """One service, and how each worker sees it."""
        heard = await self._look()
        services = {service["name"]: service for service in self._with_registries(heard)}
        if name not in services:
            raise unknown("service", name, list(services))
        seen = [
            {"worker": number, **{key: value for key, value in service.items() if key != "name"}}
            for number, view in known_views(heard)
            for service in view["services"]
            if service["name"] == name
        ]
        return {**services[name], "decided": self.standing.as_json()["services"].get(name), "seen_by": seen} | _silent(
            heard
        )

    async def limits(self) -> dict[str, Any]:
        """The doors of the workers, the bulkheads, and what policies and rate limits decided."""
        heard = await self._look()
        known = known_views(heard)
        services = join_services(known)
        bulkheads = ("in_flight", "most_in_flight", "waiting", "most_waiting", "refused_by_bulkhead")
        counts: dict[tuple[str, str, str], int] = {}
        for _, view in known:
            for coordinate, policy, outcome, count in view["policies"]:
                counts[coordinate, policy, outcome] = counts.get((coordinate, policy, outcome), 0) + count
        return {
            "doors": [{"worker": number, **view["door"]} for number, view in known],
            "bulkheads": {service["name"]: {key: service[key] for key in bulkheads} for service in services},
            "policies": [
                {"coordinate": coordinate, "policy": policy, "outcome": outcome, "count": count}
                for (coordinate, policy, outcome), count in sorted(counts.items())
            ],
            **_silent(heard),
        }

    async def cache(self) -> dict[str, Any]:
        """What the cache did, over all workers."""
        heard = await self._look()
        known = known_views(heard)
        caches = [view["cache"] for _, view in known]
        counters = {key: sum(each[key] for each in caches) for key in caches[0] if key != "shared"}
        reasons: Counter[str] = Counter()
        for _, view in known:
            reasons.update(view["not_cached"])
        joined = {"shared": caches[0]["shared"], **counters, "not_cached": dict(sorted(reasons.items()))}
        return joined | _silent(heard)

    async def decisions(self) -> dict[str, Any]:
        """What operators decided and still holds."""
        return self.standing.as_json()

    async def _look(self) -> tuple[Heard, ...]:
        return await ask_all(self.workforce, {"do": "look"}, self.deadlines.look)

    def _with_registries(self, heard: Sequence[Heard]) -> list[dict[str, Any]]:
        known = known_views(heard)
        services = join_services(known)
        for service in services:
            seen = [view["registries"][service["name"]] for _, view in known if service["name"] in view["registries"]]
            if seen:
                service["registry"] = _oldest(seen)
        return services


def _oldest(seen: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The registry as the worker sees it that has not heard of it for longest."""
    return max(seen, key=lambda each: float("inf") if each["age"] is None else each["age"])


def _silent(heard: Sequence[Heard]) -> dict[str, Any]:
    silent = missing(heard)
    return {"missing": silent} if silent else {}
