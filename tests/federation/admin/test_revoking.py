"""Tokens are taken back in a gateway without Redis, and stay taken back over reloads."""

from pathlib import Path
from time import time
from typing import Any

import jwt
import orjson

from federation.request import ClientRequest
from tests.federation.admin.administered_gateway import Administration, administered

SECRET = "a-secret-of-more-than-thirty-two-bytes"
ISSUERS = f"""
authentication:
  issuers: [{{issuer: https://login.example, audience: shop, secret: {SECRET}}}]
"""


def token(subject: str, token_id: str) -> str:
    now = int(time())
    claims = {"iss": "https://login.example", "aud": "shop", "sub": subject, "jti": token_id, "iat": now - 5}
    return jwt.encode({**claims, "exp": now + 600}, SECRET, algorithm="HS256")


async def asked(admin: Administration, credential: str) -> Any:
    request = ClientRequest("{ a }", headers={"authorization": f"Bearer {credential}"})
    answer = orjson.loads((await admin.gateway.answer(request)).body)
    return answer["errors"][0]["extensions"] if "errors" in answer else answer["data"]


async def test_tokens_of_a_subject_are_refused_from_then_on(tmp_path: Path) -> None:
    ada, bob = token("ada", "1"), token("bob", "2")
    async with administered(tmp_path, more=ISSUERS) as admin:
        before = [await asked(admin, each) for each in (ada, bob)]
        revoked = await admin.post("/revoke", {"subject": "ada"})
        after = [await asked(admin, each) for each in (ada, bob)]

    assert before == [{"a": "a"}, {"a": "a"}]
    assert (revoked.status_code, revoked.json()["shared_with_replicas"]) == (200, False)
    assert after[0]["code"] == "UNAUTHENTICATED"
    assert after[1] == {"a": "a"}


async def test_a_token_that_was_taken_back_stays_so_over_a_reload(tmp_path: Path) -> None:
    ada = token("ada", "1")
    async with administered(tmp_path, more=ISSUERS) as admin:
        await admin.post("/revoke", {"token_id": "1"})
        (tmp_path / "shop.graphql").write_text("type Query { a: String c: String }")
        reloaded = await admin.post("/reload")
        after = await asked(admin, ada)

    assert reloaded.json()["changed"]
    assert after["code"] == "UNAUTHENTICATED"


async def test_an_issuer_that_is_none_is_said_with_those_that_are(tmp_path: Path) -> None:
    async with administered(tmp_path, more=ISSUERS) as admin:
        answer = await admin.post("/revoke", {"subject": "ada", "issuer": "https://other.example"})

    assert answer.status_code == 400
    assert "https://login.example" in answer.json()["error"]["message"]
