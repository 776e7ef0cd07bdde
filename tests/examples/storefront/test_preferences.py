"""The preferences service over a real socket."""

import httpx
import pytest

from examples.storefront.run import Storefront

GOOD = {"theme": "DARK", "locale": "zh-Hant-TW", "newsletter": True}


async def test_nine_users_of_ten_have_preferences(preferences: httpx.AsyncClient) -> None:
    found: list[dict[str, object]] = []
    for first in range(1, 1001, 250):
        body = {"userIds": [str(number) for number in range(first, first + 250)]}
        found += (await preferences.post("/preferences/batch", json=body)).json()

    assert len(found) == 900
    assert "5" not in {item["userId"] for item in found}
    assert set(found[0]) == {"userId", "theme", "locale", "newsletter"}


async def test_one_users_preferences_are_those_of_the_batch(preferences: httpx.AsyncClient) -> None:
    batch = (await preferences.post("/preferences/batch", json={"userIds": ["2", "5", "nobody"]})).json()

    assert batch == [(await preferences.get("/preferences/2")).json()]


async def test_missing_preferences_are_404(preferences: httpx.AsyncClient) -> None:
    assert (await preferences.get("/preferences/5")).status_code == 404


async def test_what_is_put_stays_and_both_instances_know_it(
    storefront: Storefront, preferences: httpx.AsyncClient, http: httpx.AsyncClient
) -> None:
    other = f"http://{storefront.endpoints('preferences')[1]}/preferences/newcomer"

    answer = await preferences.put("/preferences/newcomer", json=GOOD)

    assert answer.json() == {"userId": "newcomer", **GOOD}
    assert (await http.get(other)).json() == answer.json()


async def test_bad_preferences_are_422_with_every_reason(preferences: httpx.AsyncClient) -> None:
    answer = await preferences.put("/preferences/a%20b", json={"theme": "PINK", "locale": "klingon", "size": 1})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"] == [
        "'size' is not known; known are: theme, locale, newsletter",
        "the id of the user may have 1 to 64 letters, digits, _ and -",
        "'theme' has to be one of LIGHT, DARK, SYSTEM",
        "'locale' has to be a language, script and region such as en, en-GB or zh-Hant-TW",
        "'newsletter' has to be true or false",
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
async def test_a_body_that_is_not_json_is_400(preferences: httpx.AsyncClient, body: bytes) -> None:
    assert (await preferences.put("/preferences/1", content=body)).status_code == 400


@pytest.mark.parametrize("body", [[], {"userIds": "1"}, {"userIds": [1]}, {"userIds": ["1"] * 251}])
async def test_a_bad_batch_is_422(preferences: httpx.AsyncClient, body: object) -> None:
    assert (await preferences.post("/preferences/batch", json=body)).status_code == 422


async def test_a_body_that_is_too_large_is_413(preferences: httpx.AsyncClient) -> None:
    assert (await preferences.put("/preferences/1", content=b" " * ((1 << 20) + 1))).status_code == 413
