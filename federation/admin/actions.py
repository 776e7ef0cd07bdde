"""What operators may do, each to all workers at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.traffic.breaker import BreakerMode
from connectors.traffic.decided import place_of
from federation.admin.administered import Message
from federation.admin.decisions_as_json import write_decided, write_revocation
from federation.admin.deed import Deed
from federation.admin.joined_services import join_services
from federation.admin.refusals import Refused, bad_request, unknown
from federation.admin.standing_decisions import StandingDecisions
from federation.admin.told import Told
from federation.admin.workforce import DEADLINES, Deadlines, Heard, Workforce, ask_all
from federation.extensions.authentication.meant_tokens import MeansNothing, Meant
from federation.extensions.caching.invalidations import ALL
from federation.extensions.caching.tags import entity_tags, own_tag, service_tag, type_tag

MODES: Mapping[str, BreakerMode | None] = {
    "open": BreakerMode.FORCED_OPEN,
    "closed": BreakerMode.FORCED_CLOSED,
    "metrics_only": BreakerMode.METRICS_ONLY,
    "automatic": BreakerMode.AUTOMATIC,
    "configured": None,
}
MOST_WEIGHT = 1_000.0


@dataclass(frozen=True, slots=True)
class Actions:
    """Each takes what it acts on and what the operator told, and raises Refused."""

    workforce: Workforce
    standing: StandingDecisions
    deadlines: Deadlines = DEADLINES

    async def force(self, name: str, told: Told) -> Deed:
        """Decide by hand about the circuit of a service."""
        told.only("mode")
        mode = told.text("mode")
        if mode not in MODES:
            raise bad_request(f"'mode': expected one of {', '.join(MODES)}")
        await self._service(name)
        before = self._decided(name)
        self.standing.force(name, MODES[mode])
        return await self._heeded("force", {"service": name, "mode": mode}, name, before)

    async def drain(self, name: str, told: Told) -> Deed:
        """Give an endpoint no more calls; those on their way are finished."""
        told.only("endpoint", "last")
        service = await self._service(name)
        place = _place(service, told.text("endpoint"), ())
        others = [each for each in service["endpoints"] if place_of(each["address"]) != place and _gets_calls(each)]
        if not others and not told.flag("last"):
            message = f"{place} is the last endpoint of '{name}' that gets calls: send 'last': true if that is meant"
            raise Refused(409, "LAST_ENDPOINT", message)
        before = self._decided(name)
        self.standing.drain(name, place, is_drained=True)
        return await self._heeded("drain", {"service": name, "endpoint": place}, name, before)

    async def restore(self, name: str, told: Told) -> Deed:
        """Give a drained endpoint calls again."""
        told.only("endpoint")
        place = _place(await self._service(name), told.text("endpoint"), self.standing.of(name).drained)
        before = self._decided(name)
        self.standing.drain(name, place, is_drained=False)
        return await self._heeded("restore", {"service": name, "endpoint": place}, name, before)

    async def weigh(self, name: str, told: Told) -> Deed:
        """Give an endpoint another weight than its own, or its own back."""
        told.only("endpoint", "weight")
        weight = told.number("weight", MOST_WEIGHT)
        place = _place(await self._service(name), told.text("endpoint"), self.standing.of(name).weights)
        before = self._decided(name)
        self.standing.weigh(name, place, weight)
        return await self._heeded("weigh", {"service": name, "endpoint": place, "weight": weight}, name, before)

    async def recover(self, name: str, told: Told) -> Deed:
        """Forget that a service or its endpoints failed."""
        told.only()
        await self._service(name)
        heard = await self._tell({"do": "recover", "service": name})
        return Deed("recover", {"service": name}, heard)

    async def purge(self, told: Told) -> Deed:
        """Let nothing hold any more that is kept of an entity, a type, a service, under a tag, or at all."""
        told.only("type", "key", "service", "tag", "all")
        tags, target = _tags(told)
        return Deed("purge", target, await self._tell({"do": "invalidate", "tags": tags}))

    async def revoke(self, told: Told) -> Deed:
        """Take back a token, or all of a subject."""
        told.only("issuer", "subject", "token_id", "token_hash")
        said = {name: told.maybe_text(name) for name in ("issuer", "subject", "token_id", "token_hash")}
        views = await self._views()
        issuers = sorted({issuer for _, view in views for issuer in view["issuers"]})
        try:
            revocation = Meant(**said).revocation(issuers)
        except MeansNothing as error:
            raise bad_request(str(error)) from error
        at = self.standing.revoke(revocation)
        message = {"do": "revoke", "revocation": write_revocation(revocation, at)}
        target = {name: value for name, value in said.items() if value is not None}
        heard = await self._tell(message)
        shared = any(each.answer.get("shared") for each in heard if each.answer is not None)
        return Deed("revoke", target, heard, more={"shared_with_replicas": shared})

    async def reload(self, told: Told) -> Deed:
        """Read the configuration again, and serve it where it is right."""
        told.only()
        message = {"do": "reload", "reason": "an operator"}
        heard = await ask_all(self.workforce, message, self.deadlines.reload)
        answers = [each.answer for each in heard if each.answer is not None]
        problems = list(dict.fromkeys(problem for answer in answers for problem in answer["problems"]))
        versions = sorted({answer["version"] for answer in answers})
        more: dict[str, Any] = {"versions": versions, "changed": any(answer["changed"] for answer in answers)}
        if problems and not more["changed"]:
            return Deed("reload", {}, heard, more=more, status=422, code="CONFIGURATION_INVALID", found=problems)
        return Deed("reload", {}, heard, more=more, found=problems)

    async def _service(self, name: str) -> Mapping[str, Any]:
        """The service as all workers see it; what is decided about one that is gone can be taken back.

        Raises Refused.
        """
        services = join_services(await self._views())
        for service in services:
            if service["name"] == name:
                return service
        if self.standing.of(name):
            return {"name": name, "endpoints": ()}
        raise unknown("service", name, [service["name"] for service in services])

    async def _views(self) -> list[tuple[int, Mapping[str, Any]]]:
        return known_views(await ask_all(self.workforce, {"do": "look"}, self.deadlines.look))

    async def _tell(self, message: Message) -> tuple[Heard, ...]:
        return await ask_all(self.workforce, message, self.deadlines.act)

    def _decided(self, name: str) -> dict[str, Any]:
        return write_decided(self.standing.of(name))

    async def _heeded(self, action: str, target: Mapping[str, Any], name: str, before: Any) -> Deed:
        heard = await self._tell(self.standing.heeding())
        return Deed(action, target, heard, before, self._decided(name))


def known_views(heard: Sequence[Heard]) -> list[tuple[int, Mapping[str, Any]]]:
    """What the workers that answer are like. Raises Refused when none does."""
    known = [(each.number, each.answer) for each in heard if each.answer is not None]
    if not known:
        raise Refused(503, "NOT_READY", "no worker answers: they start, stop or hang; try again in a moment")
    return known


def _place(service: Mapping[str, Any], named: str, decided: Sequence[str] | frozenset[str] | Mapping[str, Any]) -> str:
    """The endpoint that is meant, which is there, or about which something is decided. Raises Refused."""
    place = place_of(named)
    known = [place_of(endpoint["address"]) for endpoint in service["endpoints"]]
    if place not in known and place not in decided:
        raise unknown(f"endpoint of '{service['name']}'", place, known)
    return place


def _gets_calls(endpoint: Mapping[str, Any]) -> bool:
    return endpoint["state"] in ("ready", "warming")


def _tags(told: Told) -> tuple[list[str], dict[str, Any]]:
    given = [name for name in ("type", "service", "tag", "all") if told.has(name)]
    if len(given) != 1 or (told.has("key") and given != ["type"]):
        raise bad_request("say what is purged by one of 'type' (with or without 'key'), 'service', 'tag' and 'all'")
    if given == ["all"]:
        if not told.flag("all"):
            raise bad_request("'all': expected true")
        return [ALL], {"all": True}
    if told.has("key"):
        name, key = told.text("type"), told.members("key")
        return list(entity_tags(name, key)), {"type": name, "key": dict(key)}
    tag = {"type": type_tag, "service": service_tag, "tag": own_tag}[given[0]]
    value = told.text(given[0])
    return [tag(value)], {given[0]: value}
