"""`interlace key new` and `interlace revoke`."""

from pathlib import Path

import yaml

from federation.assembly.trusted_issuers import api_keys
from federation.config.authentication_section import AuthenticationSection
from tests.federation.cli.test_commands import interlace
from tests.redis_server import RedisServer

CONFIG = """
supergraph: supergraph.graphql
authentication: {{issuers: [{{issuer: "https://login.example", audience: graph}}]}}
redis: {{url: "{url}"}}
"""


def test_a_new_key_is_known_by_what_is_printed_for_the_configuration() -> None:
    done = interlace("key", "new", "--subject", "billing", "--role", "reader", "--role", "batch")

    shown = yaml.safe_load(done.stderr.partition("configuration:")[2])
    section = AuthenticationSection.model_validate(shown["authentication"])
    identity = api_keys(section.api_keys).identify(done.stdout.strip(), 0)
    assert (identity.subject, identity.roles) == ("billing", {"reader", "batch"})
    assert done.stdout.strip() not in done.stderr


def test_revoking_tells_the_replicas(tmp_path: Path, redis_server: RedisServer) -> None:
    (tmp_path / "supergraph.graphql").touch()
    (tmp_path / "interlace.yaml").write_text(CONFIG.format(url=redis_server.url), encoding="utf-8")

    done = interlace("revoke", "--subject", "ada", folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "revoked: every token of 'ada' that was issued up to now\n"
    assert redis_server.ask("DBSIZE") == ":1"


def test_what_cannot_be_revoked_is_said(tmp_path: Path) -> None:
    (tmp_path / "supergraph.graphql").touch()
    (tmp_path / "interlace.yaml").write_text(CONFIG.format(url="redis://127.0.0.1:1"), encoding="utf-8")
    said = {
        (): "one of --subject, --token-id and --token-hash",
        ("--subject", "a", "--token-id", "b"): "one of --subject, --token-id and --token-hash",
        ("--token-hash", "x"): "64 hexadecimal digits",
        ("--subject", "a", "--issuer", "x"): "name one of the configured issuers: https://login.example",
        ("--subject", "a"): "Redis",
    }

    for arguments, problem in said.items():
        done = interlace("revoke", *arguments, folder=tmp_path)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        assert problem in done.stderr
