"""How often fields may be asked for: by whom, how counted, and what clients are told."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import orjson
import pytest

from federation.extensions.rate_limits.decision import Counts
from federation.extensions.rate_limits.field_limits import FieldLimits
from federation.identity import Identity
from federation.operations.cost import Costs
from federation.pipeline import Pipeline
from federation.request import ClientRequest, RequestContext
from schemas.policy import FieldPolicy, ListSize, Mode, Origin, PolicyTable, RateLimitRule
from schemas.rate_windows import read_window
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World
from tests.federation.extensions.rate_limits.conftest import Clock

ADA = {"__typename": "User", "id": "1", "name": "Ada", "friends": []}
BO = {"__typename": "User", "id": "2", "name": "Bo", "friends": []}
SHOP = StrictSubgraph(
    "shop",
    FEDERATION_2
    + """
    type Query {
      search(term: String): String
      other: String
      users(first: Int = 50): [User!]
      me: User
      being: Being
    }
    type Mutation { pay(cents: Int): Int }
    interface Being { id: ID! name: String }
    type User implements Being @key(fields: "id") { id: ID! name: String friends: [User!] }
    """,
    entities={"User": [ADA, BO]},
    fields={
        "Query.search": "found",
        "Query.other": "other",
        "Query.users": [ADA, BO],
        "Query.me": ADA,
        "Query.being": ADA,
        "Mutation.pay": 1,
    },
)
WORLD = World(SHOP)
ALICE, BOB = (Identity(name, method="jwt", scope_key=name) for name in ("alice", "bob"))


def rule(*windows: str, **options: Any) -> FieldPolicy:
    found = RateLimitRule(Origin("shop.graphql", 3), tuple(read_window(text) for text in windows), **options)
    return FieldPolicy(rate_limits=(found,))


@dataclass(slots=True)
class Answer:
    data: Any
    errors: list[dict[str, Any]]
    headers: dict[str, str]


@dataclass(slots=True)
class Desk:
    """Asks a pipeline with limits, as whoever is said."""

    counts: Counts
    policies: Mapping[str, FieldPolicy]
    _line: Pipeline | None = field(default=None)

    async def ask(
        self, query: str, who: Identity | str = ALICE, headers: Mapping[str, str] | None = None, **variables: Any
    ) -> Answer:
        identity, address = (Identity(), who) if isinstance(who, str) else (who, "192.0.2.1")
        context = RequestContext(asyncio.get_running_loop().time() + 5, identity)
        request = ClientRequest(query, variables=variables, headers=headers or {}, client_address=address)
        answer = orjson.loads((await self.line.answer(request, context)).body)
        told = {name.decode(): value.decode() for name, value in context.answer_headers}
        return Answer(answer["data"], answer.get("errors", []), told)

    async def passes(self, query: str, who: Identity | str = ALICE, **options: Any) -> bool:
        errors = (await self.ask(query, who, **options)).errors
        assert all(each["extensions"]["code"] == "RATE_LIMITED" for each in errors)
        return not errors

    @property
    def line(self) -> Pipeline:
        if self._line is None:
            table = PolicyTable(self.policies)
            limits = FieldLimits(table, Costs(table, WORLD.supergraph.api, 10), self.counts, lambda: 0.0)
            self._line = WORLD.pipeline(limits)
        return self._line


def aliases(count: int) -> str:
    return "{ " + " ".join(f'a{n}: search(term: "{n}")' for n in range(count)) + " }"


async def test_aliases_do_not_walk_round_a_limit(counts: Counts) -> None:
    answer = await Desk(counts, {"Query.search": rule("20/minute")}).ask(aliases(400))

    had = [key for key, value in answer.data.items() if value is not None]
    assert had == [f"a{n}" for n in range(20)]
    assert {each["path"][0] for each in answer.errors} == {f"a{n}" for n in range(20, 400)}
    assert {each["extensions"]["code"] for each in answer.errors} == {"RATE_LIMITED"}
    assert len(answer.errors) == 380
    assert {each["extensions"]["retryAfterMs"] for each in answer.errors} == {60_000}


async def test_an_operation_without_limited_fields_is_not_counted(counts: Counts) -> None:
    answer = await Desk(counts, {"Query.search": rule("1/minute")}).ask("{ other }")

    assert (answer.data, answer.headers) == ({"other": "other"}, {})


async def test_fields_that_are_not_asked_for_are_not_counted(counts: Counts) -> None:
    desk = Desk(counts, {"Query.search": rule("1/minute")})
    query = "query($x: Boolean!) { search @include(if: $x) other }"

    assert await desk.passes(query, x=False)
    assert await desk.passes(query, x=True)
    assert not await desk.passes(query, x=True)


async def test_clients_are_told_what_remains(counts: Counts, clock: Clock) -> None:
    desk = Desk(counts, {"Query.search": rule("3/minute", "100/hour")})
    first = await desk.ask("{ search }")
    clock.now += 10_000_000
    second = await desk.ask("{ search }")

    assert first.headers == {
        "ratelimit-policy": '"Query.search/60s";q=3;w=60, "Query.search/3600s";q=100;w=3600',
        "ratelimit": '"Query.search/60s";r=2;t=60, "Query.search/3600s";r=99;t=3600',
    }
    assert second.headers["ratelimit"] == '"Query.search/60s";r=1;t=60, "Query.search/3600s";r=98;t=3600'


async def test_who_obeys_is_not_refused_again(counts: Counts, clock: Clock) -> None:
    desk = Desk(counts, {"Query.search": rule("3/minute", "5/10m")})
    for _ in range(4):
        await desk.ask("{ a: search b: search }")
        clock.now += 7_000_000
        refused = await desk.ask("{ a: search b: search }")
        clock.now += int(refused.headers.get("retry-after", "0")) * 1_000_000

        assert await desk.passes("{ a: search b: search }")
        clock.now += 300_000_000


async def test_all_windows_have_to_allow_a_call(counts: Counts, clock: Clock) -> None:
    desk = Desk(counts, {"Query.search": rule("2/minute", "3/hour")})
    passed = []
    for _ in range(6):
        passed.append(await desk.passes("{ search }"))
        clock.now += 30_000_000

    assert passed == [True, True, True, False, False, False]


async def test_a_burst_makes_a_limit_paced(counts: Counts, clock: Clock) -> None:
    desk = Desk(counts, {"Query.search": rule("20/second burst 4")})

    assert sum([await desk.passes("{ search }") for _ in range(10)]) == 4
    clock.now += 50_000
    assert sum([await desk.passes("{ search }") for _ in range(10)]) == 1


@pytest.mark.parametrize(
    ("keys", "same", "other"),
    [
        (("user",), {"who": ALICE}, {"who": BOB}),
        (("user",), {"who": "192.0.2.1"}, {"who": "192.0.2.2"}),
        (("ip",), {"who": BOB}, {"who": "192.0.2.2"}),
        (("ip",), {"who": "::ffff:192.0.2.1"}, {"who": "2001:db8::1"}),
        (("header:X-Shop",), {"headers": {}}, {"headers": {"x-shop": "a"}}),
        (("user", "header:x-shop"), {"headers": {}}, {"who": BOB}),
    ],
)
async def test_who_shares_a_count_is_said_by_keys(
    counts: Counts, keys: tuple[str, ...], same: dict[str, Any], other: dict[str, Any]
) -> None:
    desk = Desk(counts, {"Query.search": rule("1/minute", keys=keys)})
    first = same.get("who", ALICE) if keys == ("user",) else ALICE

    assert await desk.passes("{ search }", first)
    assert not await desk.passes("{ search }", **same)
    assert await desk.passes("{ search }", **other)


async def test_addresses_of_one_ipv6_network_share_a_count(counts: Counts) -> None:
    desk = Desk(counts, {"Query.search": rule("1/minute", keys=("ip",))})

    assert await desk.passes("{ search }", "2001:db8:0:1::1")
    assert not await desk.passes("{ search }", "2001:db8:0:1:ffff::2")
    assert await desk.passes("{ search }", "2001:db8:0:2::1")


async def test_claims_and_api_keys_count_for_those_who_have_them(counts: Counts) -> None:
    tenant_a = [Identity(name, claims={"tenant": "a"}, method="jwt", scope_key=name) for name in "xy"]
    robot = Identity("robot", method="api_key", scope_key="robot")
    by_tenant = Desk(counts, {"Query.search": rule("1/minute", keys=("claim:tenant",))})
    by_key = Desk(counts, {"Query.other": rule("1/minute", keys=("apiKey",))})

    assert await by_tenant.passes("{ search }", tenant_a[0])
    assert not await by_tenant.passes("{ search }", tenant_a[1])
    assert [await by_tenant.passes("{ search }", each) for each in (ALICE, ALICE, BOB)] == [True, False, True]
    assert [await by_key.passes("{ other }", each) for each in (robot, robot, ALICE, BOB)] == [True, False, True, False]


async def test_arguments_can_have_counts_of_their_own(counts: Counts) -> None:
    desk = Desk(counts, {"Query.search": rule("1/minute", keys=("user", "argument:term"))})
    query = 'query($t: String) { a: search(term: "x") b: search(term: $t) }'

    assert await desk.passes(query, t="y" * 1000)
    answer = await desk.ask(query, t="x")
    assert answer.data == {"a": None, "b": None}
    assert len(answer.errors) == 2
    assert await desk.passes("{ search }")


async def test_limits_of_a_type_of_all_and_of_an_operation(counts: Counts) -> None:
    by_type = Desk(counts, {name: rule("2/minute", per="type") for name in ("Query.search", "Query.other")})
    by_all = Desk(
        counts, {name: rule("3/minute", per="global", keys=("global",)) for name in ("Query.search", "User.name")}
    )
    by_operation = Desk(counts, {"Query.search": rule("2/hour", per="operation")})

    assert [await by_type.passes(each) for each in ("{ search }", "{ other }", "{ search }")] == [True, True, False]
    assert await by_all.passes("{ search me { name } }")
    assert [await by_all.passes("{ search }", each) for each in (BOB, ALICE)] == [True, False]
    assert [await by_operation.passes(aliases(5)) for _ in range(3)] == [True, True, False]


async def test_a_client_is_who_a_credential_says_it_is(counts: Counts) -> None:
    desk = Desk(counts, {"Query.search": rule("1/minute", per="client")})
    app = [Identity(name, claims={"azp": "app"}, method="jwt", scope_key=name) for name in "xy"]

    assert [await desk.passes("{ search }", each) for each in app] == [True, False]
    assert await desk.passes("{ search }", BOB)


async def test_what_stands_inside_a_refused_field_is_not_counted(counts: Counts) -> None:
    desk = Desk(counts, {"Query.me": rule("1/minute"), "User.name": rule("2/minute")})

    assert await desk.passes("{ me { name } }")
    refused = await desk.ask("{ me { name } }")
    assert (refused.data, [each["path"] for each in refused.errors]) == ({"me": None}, [["me"]])
    assert await desk.passes("{ users { name } }")


async def test_an_interface_does_not_lead_round_a_limit(counts: Counts) -> None:
    limit = rule("1/minute", coordinate="User.name")
    desk = Desk(counts, {"User.name": limit, "Being.name": limit})

    assert await desk.passes("{ being { name ... on User { name } } }")
    assert not await desk.passes("{ being { ... on User { name } } }")


async def test_a_limit_in_shadow_refuses_nothing_and_says_so(counts: Counts, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(counts, {"Query.search": rule("1/minute", mode=Mode.SHADOW)})
    answers = [await desk.ask("{ search }") for _ in range(2)]

    assert [(answer.errors, answer.headers) for answer in answers] == [([], {})] * 2
    assert [(record.message, record.coordinate) for record in caplog.records] == [
        ("a rate limit in shadow would refuse", "Query.search")
    ]


async def test_a_limit_that_is_off_does_nothing(counts: Counts) -> None:
    desk = Desk(counts, {"Query.search": rule("0/minute", mode=Mode.OFF)})

    assert await desk.passes("{ search }")


async def test_items_are_charged_at_most_and_settled_to_what_came(counts: Counts) -> None:
    policy = FieldPolicy(
        rate_limits=rule("60/minute", by="items").rate_limits, list_size=ListSize(slicing_arguments=("first",))
    )
    desk = Desk(counts, {"Query.users": policy})

    first = await desk.ask("{ users { id } }")  # at most 50, by the argument's default; two came
    assert first.headers["ratelimit"] == '"Query.users/60s";r=10;t=60'
    assert await desk.passes("query($n: Int) { users(first: $n) { id } }", n=58)
    assert not await desk.passes("{ users(first: 57) { id } }")
    assert await desk.passes("{ users(first: 56) { id } }")
    never = await desk.ask("{ users(first: 61) { id } }")
    assert "retryAfterMs" not in never.errors[0]["extensions"]


async def test_cost_is_charged_at_most_and_settled_to_the_real(counts: Counts) -> None:
    desk = Desk(
        counts,
        {
            "Query.users": FieldPolicy(
                rate_limits=rule("100/minute", by="cost").rate_limits, list_size=ListSize(assumed_size=5)
            ),
            "User.name": FieldPolicy(cost=7),
        },
    )

    first = await desk.ask("{ users { name friends { id } } }")  # at most 5 * (1 + 7 + 10), really 2 * (1 + 7)
    assert first.headers["ratelimit"] == '"Query.users/60s";r=10;t=60'
    second = await desk.ask("{ users { name } }")
    assert second.headers["ratelimit"] == '"Query.users/60s";r=44;t=60'


async def test_more_items_than_were_charged_are_owed(counts: Counts) -> None:
    policy = FieldPolicy(rate_limits=rule("2/minute", by="items").rate_limits, list_size=ListSize(assumed_size=1))
    desk = Desk(counts, {"Query.users": policy})

    assert [await desk.passes("{ users { id } }") for _ in range(2)] == [True, False]


async def test_mutations_are_counted_too(counts: Counts) -> None:
    desk = Desk(counts, {"Mutation.pay": rule("1/minute")})
    answer = await desk.ask("mutation { a: pay(cents: 1) b: pay(cents: 2) }")

    assert answer.data == {"a": 1, "b": None}


async def test_the_messages_say_what_is_reached(counts: Counts) -> None:
    answer = await Desk(counts, {"Query.search": rule("1/minute")}).ask("{ a: search b: search }")

    assert [each["message"] for each in answer.errors] == [
        "the rate limit of Query.search (1/minute) is reached: ask again later"
    ]
    assert math.isclose(int(answer.headers["retry-after"]), 60)
    assert list(chain(answer.data)) == ["a", "b"]
