"""Asking only whether an answer has changed."""

from collections.abc import Sequence

import pytest

from connectors.errors import NotConnected
from connectors.http.response import HttpResponse
from connectors.http.validators import Listening, Validators

Headers = Sequence[tuple[str, str]]


class Service:
    """Has one body with its tag, and answers 304 to who knows the tag."""

    def __init__(self, body: bytes = b"one", **headers: str) -> None:
        self.body = body
        self.headers = headers
        self.conditions: list[str | None] = []

    async def send(self, headers: Headers) -> HttpResponse:
        condition = dict(headers).get("if-none-match")
        self.conditions.append(condition)
        tag = f'"{self.body.decode()}"'
        if condition == tag:
            return HttpResponse(304, {"cache-control": "max-age=9"}, b"")
        return HttpResponse(200, {"etag": tag, "x-kind": "whole", **self.headers}, self.body)


async def test_an_answer_that_has_not_changed_is_not_sent_again() -> None:
    service, validators = Service(), Validators(1 << 20)
    await validators.ask("/a", (), None, service.send)

    answer = await validators.ask("/a", (), None, service.send)

    assert service.conditions == [None, '"one"']
    assert (answer.status, answer.body) == (200, b"one")


async def test_what_is_said_of_it_anew_counts() -> None:
    service, validators = Service(**{"cache-control": "max-age=1"}), Validators(1 << 20)
    await validators.ask("/a", (), None, service.send)

    answer = await validators.ask("/a", (), None, service.send)

    assert answer.headers["cache-control"] == "max-age=9"
    assert answer.headers["x-kind"] == "whole"


async def test_an_answer_that_has_changed_takes_the_place_of_the_old_one() -> None:
    service, validators = Service(), Validators(1 << 20)
    await validators.ask("/a", (), None, service.send)
    service.body = b"two"

    bodies = [(await validators.ask("/a", (), None, service.send)).body for _ in range(2)]

    assert bodies == [b"two", b"two"]
    assert service.conditions == [None, '"one"', '"two"']


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [("/b", (), None), ("/a", (("authorization", "bob"),), None), ("/a", (), b"body"), ("/a", (), b"")],
)
async def test_another_request_knows_nothing_of_it(target: str, headers: Headers, body: bytes | None) -> None:
    service, validators = Service(), Validators(1 << 20)
    await validators.ask("/a", (), None, service.send)

    await validators.ask(target, headers, body, service.send)

    assert service.conditions == [None, None]


async def test_what_must_not_be_stored_is_not() -> None:
    service, validators = Service(**{"cache-control": "no-store"}), Validators(1 << 20)
    for _ in range(2):
        await validators.ask("/a", (), None, service.send)

    assert service.conditions == [None, None]


async def test_what_was_used_last_stays_when_room_is_needed() -> None:
    service, validators = Service(b"x" * 100), Validators(10_000)
    for number in range(8):
        await validators.ask(f"/{number}", (), None, service.send)
    await validators.ask("/0", (), None, service.send)
    for number in range(8, 15):
        await validators.ask(f"/{number}", (), None, service.send)
    service.conditions.clear()

    await validators.ask("/0", (), None, service.send)
    await validators.ask("/1", (), None, service.send)

    assert [condition is not None for condition in service.conditions] == [True, False]


async def test_a_failure_leaves_what_is_known() -> None:
    service, validators = Service(), Validators(1 << 20)
    await validators.ask("/a", (), None, service.send)

    async def fail(_: Headers) -> HttpResponse:
        raise NotConnected("away")

    with pytest.raises(NotConnected):
        await validators.ask("/a", (), None, fail)
    await validators.ask("/a", (), None, service.send)

    assert service.conditions == [None, '"one"']


async def test_only_safe_requests_are_made_conditional() -> None:
    service = Service()
    listening = Listening(Validators(1 << 20))
    for _ in range(2):
        await listening.ask("/a", (), b"{}", service.send, is_safe=False)

    assert service.conditions == [None, None]
    assert [each["x-kind"] for each in listening.heard] == ["whole", "whole"]
