"""What the configuration says of identities: every problem at once, with its line, and no secret in a message."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from federation.assembly.authentication import check_authentication
from federation.config.read import parse_config
from federation.config.sections import Config
from federation.errors import ConfigurationError

ISSUER = {"issuer": "https://login.example", "audience": "graph"}
SECRET = "geheim-geheim-geheim-geheim-gehe"
KEY = {"hash": "sha256:" + "0" * 64, "subject": "billing"}


def read(tmp_path: Path, authentication: Any, identity: Any = None) -> Config:
    (tmp_path / "supergraph.graphql").touch()
    text: dict[str, Any] = {"authentication": authentication, "supergraph": "supergraph.graphql"}
    if identity is not None:
        text["services"] = {"orders": {"endpoints": ["localhost:1"], "identity": identity}}
    return parse_config(yaml.safe_dump(text, sort_keys=False), tmp_path / "interlace.yaml", {})


def problems(tmp_path: Path, authentication: Any, identity: Any = None) -> str:
    with pytest.raises(ConfigurationError) as found:
        read(tmp_path, authentication, identity)
    return str(found.value)


def issuer(**changes: Any) -> dict[str, Any]:
    return {"issuers": [ISSUER | changes]}


@pytest.mark.parametrize(
    ("authentication", "problem"),
    [
        ({}, "name at least one of 'issuers'"),
        (issuer(audience=[]), "say whom tokens must be for"),
        (issuer(any_audience=True), "say whom tokens must be for"),
        (issuer(issuer="http://login.example"), "is not an https address"),
        (issuer(issuer="login"), "is not an https address"),
        (issuer(jwks_url="http://login.example/keys"), "is not an https address"),
        (issuer(jwks_url="file:///etc/passwd"), "is not an https address"),
        (issuer(jwks_url="https://login.example/keys", secret=SECRET), "exclude each other"),
        (issuer(jwks_file="nowhere.json"), "there is no file nowhere.json"),
        (issuer(secret=SECRET[:-1]), "HS256 needs at least 32 bytes, found 31"),
        (issuer(secret=SECRET, secret_algorithm="HS512"), "HS512 needs at least 64 bytes"),
        (issuer(secret="-----BEGIN PUBLIC KEY-----"), "this is a public key and no secret"),
        (issuer(secret=5), "expected a text"),
        (issuer(algorithms=["none"]), "algorithms"),
        (issuer(algorithms=["HS256"]), "algorithms"),
        (issuer(algorithms=[]), "algorithms"),
        (issuer(leeway="1h"), "leeway"),
        (issuer(optional_claims=["sub"]), "optional_claims"),
        (issuer(roles_claim=""), "expected the name of a claim"),
        (issuer(roles_claim="realm..roles"), "expected the name of a claim"),
        (issuer(role_claim="roles"), "did you mean 'roles_claim'?"),
        ({"issuers": [ISSUER, ISSUER]}, "is there twice"),
        ({"issuers": {"secret": SECRET}}, "found a mapping"),
        ({"api_keys": {"keys": {}}}, "api_keys.keys"),
        ({"api_keys": {"header": "Cookie", "keys": {"0" * 12: KEY}}}, "name another for API keys"),
        ({"api_keys": {"header": "a b", "keys": {"0" * 12: KEY}}}, "is not the name of a header"),
        ({"api_keys": {"keys": {"billing": KEY}}}, "is not the id of a key"),
        ({"api_keys": {"keys": {"0" * 12: KEY | {"hash": SECRET}}}}, "as 'interlace key new' prints them"),
        ({"api_keys": {"keys": {"0" * 12: KEY | {"expires": "2027-01-01T00:00:00"}}}}, "timezone"),
        ({"api_keys": {"keys": {"0" * 12: KEY}}, "cookie": {"name": "s"}}, "'cookie' holds a token"),
        (issuer() | {"cookie": {"name": "s", "origins": ["*"]}}, "is not an origin"),
        (issuer() | {"cookie": {"name": "s", "origins": ["https://shop.example/"]}}, "is not an origin"),
        (issuer() | {"internal_token": {"key": SECRET}}, "no service gets a token"),
    ],
)
def test_what_is_wrong_is_said_without_secrets(tmp_path: Path, authentication: Any, problem: str) -> None:
    said = problems(tmp_path, authentication)

    assert problem in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("identity", "problem"),
    [
        ({}, "say what the service gets"),
        ({"headers": {"x-user": "claims.sub"}}, "expected $subject"),
        ({"headers": {"x-user": "$claims"}}, "expected $subject"),
        ({"headers": {"x-user": "$claims.a b"}}, "expected $subject"),
        ({"headers": {"Host": "$subject"}}, "cannot tell who asks"),
        ({"headers": {"content-length": "$subject"}}, "cannot tell who asks"),
        ({"headers": {"grpc-user": "$subject"}}, "cannot tell who asks"),
        ({"headers": {"user-bin": "$subject"}}, "cannot tell who asks"),
        ({"headers": {"authorization": "$subject"}, "token": {}}, "cannot hold both"),
        ({"token": {}}, "there is no key to sign it"),
    ],
)
def test_what_services_cannot_be_told_is_said(tmp_path: Path, identity: Any, problem: str) -> None:
    assert problem in problems(tmp_path, issuer(), identity)


def test_nobody_can_be_told_of_where_nobody_is_known(tmp_path: Path) -> None:
    assert "nobody is known" in problems(tmp_path, None, {"headers": {"x-user": "$subject"}})


def test_all_problems_are_said_at_once_with_their_lines(tmp_path: Path) -> None:
    said = problems(tmp_path, issuer(leeway="x", roles_claim="") | {"anonymus": True}, {"headers": {"x": "y"}})

    assert len(said.splitlines()) == 4
    assert all(line.startswith(f"{tmp_path / 'interlace.yaml'}:") for line in said.splitlines())


def test_secrets_are_in_no_representation(tmp_path: Path) -> None:
    told = {"token": {}}
    config = read(tmp_path, issuer(secret=SECRET) | {"internal_token": {"key": SECRET}}, told)

    assert "geheim" not in repr(config)
    assert Config.model_validate_json(config.model_dump_json()) == config  # as worker processes get it


@pytest.mark.parametrize(
    ("content", "problem"),
    [("[]", "expected a JSON object"), (json.dumps({"keys": [{"kty": "oct", "k": "x"}]}), "no key in it can be used")],
)
def test_a_file_without_keys_is_said_by_check(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "keys.json").write_text(content, encoding="utf-8")
    config = read(tmp_path, issuer(jwks_file="keys.json"))

    with pytest.raises(ConfigurationError, match=problem):
        check_authentication(config)


def test_keys_that_cannot_sign_are_said_by_check(tmp_path: Path) -> None:
    section = issuer() | {"internal_token": {"key": "short", "previous_keys": ["-----BEGIN X-----"]}}
    with pytest.raises(ConfigurationError) as found:
        check_authentication(read(tmp_path, section, {"token": {}}))

    assert [problem.split(":")[0] for problem in found.value.problems] == [
        "authentication.internal_token.key",
        "authentication.internal_token.previous_keys.0",
    ]
