"""Who asks, from the client's HTTP request to the headers that services get."""

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from federation.cli.revoke import Meant, revoke
from federation.extensions.authentication.api_keys import hash_api_key, new_api_key
from tests.federation.extensions.authentication.issuer_server import serving_issuer
from tests.federation.extensions.authentication.signing import Signer, honest, signer
from tests.gateway.guarded_gateway import guarded, trusting
from tests.redis_server import RedisServer

ED = signer("EdDSA")
SIGNING = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def token(by: Signer = ED, **changes: Any) -> str:
    now = int(time.time())
    return by.token(honest(**({"exp": now + 300, "iat": now - 5, "nbf": now - 5} | changes)))


def refused(response: httpx.Response) -> tuple[int, str, str]:
    extensions = response.json()["errors"][0]["extensions"]
    assert "data" not in response.json()
    return response.status_code, extensions["code"], extensions.get("reason", "")


async def test_a_token_makes_known_who_asks(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        response = await gateway.ask_as(token())

    assert (response.status_code, response.json()) == (200, {"data": {"whoRest": "ada"}})


async def test_who_sends_no_credential_is_told_how_to(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        response = await gateway.ask()

    assert refused(response) == (401, "UNAUTHENTICATED", "missing")
    assert response.headers["www-authenticate"] == "Bearer"
    assert gateway.service.told == []


async def test_a_wrong_token_is_refused_with_a_reason_and_nothing_is_fetched(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        response = await gateway.ask_as(token(exp=1))

    assert refused(response) == (401, "UNAUTHENTICATED", "expired")
    assert response.headers["www-authenticate"].startswith('Bearer error="invalid_token", error_description="')
    assert gateway.service.told == []


async def test_a_refusal_says_nothing_of_what_is_expected(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        response = await gateway.ask_as(token(aud="another"))

    said = response.text + str(response.headers)
    assert refused(response)[2] == "wrong_audience"
    assert not re.search("graph'|login.example|key-EdDSA|another", said)


async def test_the_anonymous_are_let_in_where_they_may_be_and_told_apart_by_nothing(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED, anonymous=True)) as gateway:
        response = await gateway.ask()

    assert response.json() == {"data": {"whoRest": "nobody"}}


async def test_a_wrong_token_is_refused_also_where_none_is_needed(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED, anonymous=True)) as gateway:
        response = await gateway.ask_as("x.y.z")

    assert refused(response)[1:] == ("UNAUTHENTICATED", "malformed")


async def test_another_scheme_is_no_credential(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED, anonymous=True)) as gateway:
        response = await gateway.ask(authorization="Basic YWRhOng=")

    assert refused(response)[2] == "unsupported"


async def test_of_two_authorizations_none_is_chosen(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        headers = [("authorization", "Bearer x"), ("authorization", f"Bearer {token()}")]
        response = await gateway.http.post("/graphql", json={"query": "{ whoRest }"}, headers=headers)

    assert refused(response)[2] == "malformed"


@pytest.mark.parametrize("query", ["{ whoRest }", "{ whoGraphQL }"])
async def test_a_client_cannot_say_itself_who_it_is(tmp_path: Path, query: str) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED, anonymous=True)) as gateway:
        anonymous = await gateway.ask(query, x_user_id="admin")
        known = await gateway.ask_as(token(), query, x_user_id="admin")

    assert list(anonymous.json()["data"].values()) == ["nobody"]
    assert list(known.json()["data"].values()) == ["ada"]
    assert [call.get("x-user-id") for call in gateway.service.told] == [None, "ada"]


async def test_other_headers_of_a_binding_stay(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        await gateway.ask_as(token())

    assert gateway.service.told[0]["x-kept"] == "kept"


async def test_roles_scopes_and_nested_claims_can_be_told(tmp_path: Path) -> None:
    headers = {
        "x-roles": "$roles",
        "x-scopes": "$scopes",
        "x-tenant": "$claims.tenant.id",
        "x-method": "$method",
        "x-none": "$claims.none",
    }
    async with guarded(tmp_path, trusting(tmp_path, ED), {"headers": headers}) as gateway:
        await gateway.ask_as(token(roles=["b", "a,c"], tenant={"id": 7}))

    told = gateway.service.told[0]
    assert (told["x-roles"], told["x-scopes"], told["x-tenant"]) == ("a%2Cc,b", "orders:read,users:read", "7")
    assert (told["x-method"], "x-none" in told) == ("jwt", False)


async def test_a_claim_cannot_add_a_header(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        response = await gateway.ask_as(token(sub="ada\r\nx-admin: 1 Rūta %"))

    assert response.status_code == 200
    assert gateway.service.told[0]["x-user-id"] == "ada%0D%0Ax-admin: 1 R%C5%ABta %25"


@pytest.mark.parametrize("query", ["{ whoRest }", "{ whoGraphQL }"])
async def test_services_can_be_told_by_a_token_that_they_verify(tmp_path: Path, query: str) -> None:
    section = trusting(tmp_path, ED, internal_token={"key": SIGNING, "claims": ["tenant"]})
    async with guarded(tmp_path, section, {"token": {"audience": "orders"}}) as gateway:
        client_token = token(tenant="t1")
        await gateway.ask_as(client_token, query)
        published = (await gateway.http.get("/.well-known/jwks.json")).json()

    sent = gateway.service.told[0]["authorization"].removeprefix("Bearer ")
    key = jwt.PyJWK(published["keys"][0])
    claims = jwt.decode(sent, key, ["EdDSA"], audience="orders", issuer="interlace")
    assert sent != client_token
    assert jwt.get_unverified_header(sent)["kid"] == key.key_id
    assert (claims["sub"], claims["tenant"], claims["roles"]) == ("ada", "t1", ["reader"])
    assert claims["exp"] - claims["iat"] == 60
    assert "d" not in published["keys"][0]


async def test_nothing_is_published_where_nothing_is_signed(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED)) as gateway:
        response = await gateway.http.get("/.well-known/jwks.json")

    assert response.status_code == 404


async def test_equal_calls_for_one_client_are_one_and_for_two_are_two(tmp_path: Path) -> None:
    section = trusting(tmp_path, ED, internal_token={"key": SIGNING})
    async with guarded(tmp_path, section, {"token": {}}) as gateway:
        ada, grace = token(jti="1"), token(sub="grace")
        gateway.service.waits_for = 2
        await asyncio.gather(*(gateway.ask_as(each) for each in [ada, grace] * 20))

    assert len({call["authorization"] for call in gateway.service.told}) == 2
    assert len(gateway.service.told) < 20


async def test_two_tokens_of_one_client_with_other_roles_share_no_call(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED), {"headers": {"x-user-id": "$roles"}}) as gateway:
        gateway.service.waits_for = 2
        asked = await asyncio.gather(gateway.ask_as(token(roles=["admin"])), gateway.ask_as(token(roles=["reader"])))
        answers = [response.json()["data"]["whoRest"] for response in asked]

    assert answers == ["admin", "reader"]


async def test_an_api_key_makes_known_who_asks(tmp_path: Path) -> None:
    key, key_id = new_api_key()
    entry = {"hash": f"sha256:{hash_api_key(key).hex()}", "subject": "billing", "roles": ["batch"]}
    section = {"api_keys": {"header": "X-Key", "keys": {key_id: entry}}}
    async with guarded(tmp_path, section) as gateway:
        right = await gateway.ask(x_key=key)
        wrong = await gateway.ask(x_key=key[:-1] + ("A" if key[-1] != "A" else "B"))
        none = await gateway.ask()

    assert right.json() == {"data": {"whoRest": "billing"}}
    assert refused(wrong) == (401, "UNAUTHENTICATED", "unknown_key")
    assert refused(none)[2] == "missing"
    assert none.headers["www-authenticate"] == "ApiKey"


COOKIE = {"name": "session", "origins": ["https://shop.example"]}


async def test_a_cookie_makes_known_who_asks(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED, cookie=COOKIE)) as gateway:
        response = await gateway.ask(cookie=f"theme=dark; session={token()}; x=y")

    assert response.json() == {"data": {"whoRest": "ada"}}


async def test_a_page_of_another_site_cannot_use_the_cookie(tmp_path: Path) -> None:
    async with guarded(tmp_path, trusting(tmp_path, ED, cookie=COOKIE)) as gateway:
        cookie = f"session={token()}"
        evil = await gateway.ask(cookie=cookie, origin="https://evil.example")
        shop = await gateway.ask(cookie=cookie, origin="https://shop.example")
        own = await gateway.ask(cookie=cookie, origin=str(gateway.http.base_url).rstrip("/"))
        query = {"query": "{ whoRest }"}
        link = await gateway.http.get("/graphql", params=query, headers={"cookie": cookie})
        marked = await gateway.http.get(
            "/graphql", params=query, headers={"cookie": cookie, "x-interlace-request": "1"}
        )

    assert refused(evil)[:2] == (403, "CROSS_SITE_REQUEST")
    assert refused(link)[:2] == (403, "CROSS_SITE_REQUEST")
    assert [each.json() for each in (shop, own, marked)] == [{"data": {"whoRest": "ada"}}] * 3


async def test_keys_are_found_by_discovery(tmp_path: Path) -> None:
    async with serving_issuer(ED) as issuer:
        section = {"issuers": [{"issuer": issuer.address, "audience": "graph"}]}
        async with guarded(tmp_path, section) as gateway:
            answers = await asyncio.gather(*(gateway.ask_as(token(iss=issuer.address, jti=str(n))) for n in range(50)))

    assert [answer.json() for answer in answers] == [{"data": {"whoRest": "ada"}}] * 50
    assert issuer.fetches == 1


async def test_while_no_keys_can_be_had_the_client_is_told_to_try_again(tmp_path: Path) -> None:
    async with serving_issuer(ED) as issuer:
        issuer.behaviour["/.well-known/openid-configuration"] = 503
        section = {"issuers": [{"issuer": issuer.address, "audience": "graph"}], "anonymous": True}
        async with guarded(tmp_path, section) as gateway:
            known = await gateway.ask_as(token(iss=issuer.address))
            anonymous = await gateway.ask()

    assert refused(known)[:2] == (503, "AUTHENTICATION_UNAVAILABLE")
    assert issuer.address not in known.text
    assert anonymous.status_code == 200


async def test_of_several_issuers_each_vouches_for_its_own_tokens_only(tmp_path: Path) -> None:
    other = signer("ES256", "other")
    async with serving_issuer(other) as issuer:
        section = trusting(tmp_path, ED)
        section["issuers"].append({"issuer": issuer.address, "audience": "graph"})
        async with guarded(tmp_path, section) as gateway:
            right = [await gateway.ask_as(token()), await gateway.ask_as(token(other, iss=issuer.address))]
            wrong = [await gateway.ask_as(token(other)), await gateway.ask_as(token(iss=issuer.address))]

    assert [each.status_code for each in (*right, *wrong)] == [200, 200, 401, 401]


async def test_opened_and_closed_it_leaves_no_task(tmp_path: Path) -> None:
    async with serving_issuer(ED) as issuer:
        before = asyncio.all_tasks()
        section = {"issuers": [{"issuer": issuer.address, "audience": "graph"}]}
        async with guarded(tmp_path, section) as gateway:
            await gateway.ask_as(token(iss=issuer.address))
        await asyncio.sleep(0)

        assert {task for task in asyncio.all_tasks() - before if "uvicorn" not in repr(task)} == set()


async def test_a_token_that_is_revoked_by_the_command_is_refused_by_every_gateway_within_a_second(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    (tmp_path / "supergraph.graphql").touch()
    section, redis = trusting(tmp_path, ED), {"url": redis_server.url, "timeout": "1s"}
    config = {"authentication": section, "redis": redis, "supergraph": "supergraph.graphql"}
    (tmp_path / "interlace.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    async with (
        guarded(tmp_path, section, more={"redis": redis}) as one,
        guarded(tmp_path, section, more={"redis": redis}) as other,
    ):
        revoked, kept = token(), token(sub="grace")
        before = [await gateway.ask_as(each) for gateway in (one, other) for each in (revoked, kept)]
        await asyncio.to_thread(revoke, tmp_path / "interlace.yaml", Meant(None, "ada", None, None))
        async with asyncio.timeout(1):
            while (await other.ask_as(revoked)).status_code == 200:
                pass
        after = [await gateway.ask_as(each) for gateway in (one, other) for each in (revoked, kept)]

    assert [each.status_code for each in before] == [200, 200, 200, 200]
    assert [each.status_code for each in after] == [401, 200, 401, 200]
    assert refused(after[0])[2] == "revoked"
