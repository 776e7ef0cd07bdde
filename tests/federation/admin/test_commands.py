"""`interlace admin`: the same port from a terminal."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from federation.cli.admin_commands import admin as commands
from federation.cli.ask_admin import TOKEN_VARIABLE, AdminRefused
from federation.errors import ConfigurationError
from tests.federation.admin.administered_gateway import TOKEN, Administration, administered


async def run(admin: Administration, *arguments: str, token: str = TOKEN) -> Result:
    url = str(admin.http.base_url)
    environment = {TOKEN_VARIABLE: token, "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    return await asyncio.to_thread(CliRunner().invoke, commands, ["--url", url, *arguments], env=environment)


async def test_what_is_looked_at_is_printed_as_it_is(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        looked = [await run(admin, word) for word in ("status", "services", "limits", "cache", "decisions")]
        one = await run(admin, "services", "shop")
        metrics = await run(admin, "metrics")

    assert [each.exit_code for each in (*looked, one, metrics)] == [0] * 7
    assert all(json.loads(each.stdout) for each in looked)
    assert json.loads(one.stdout)["name"] == "shop"
    assert "interlace_workers 1.0" in metrics.stdout


async def test_every_action_can_be_done_from_a_terminal(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        first = admin.places[0]
        done = [
            await run(admin, *words)
            for words in (
                ("drain", "shop", first),
                ("restore", "shop", first),
                ("weigh", "shop", first, "3"),
                ("weigh", "shop", first),
                ("force", "shop", "closed"),
                ("force", "shop", "configured"),
                ("recover", "shop"),
                ("purge", "--type", "User", "--key", "id=1"),
                ("purge", "--all"),
                ("revoke", "--token-hash", "0" * 64),
                ("reload",),
            )
        ]
        decided = await admin.get("/decisions")

    assert [each.exit_code for each in done] == [0] * len(done)
    assert json.loads(done[7].stdout)["target"] == {"type": "User", "key": {"id": "1"}}
    assert decided == {"services": {}, "revocations": 1}


async def test_what_goes_wrong_is_said_in_one_line(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        unknown = await run(admin, "force", "shp", "open")
        stranger = await run(admin, "status", token="x" * 30)
        nobody = await run(admin, "status", token="")
        bad_key = await run(admin, "purge", "--type", "User", "--key", "1")
    gone = await run(admin, "status")

    assert isinstance(unknown.exception, AdminRefused)
    assert str(unknown.exception) == "NOT_FOUND: there is no service 'shp'; did you mean 'shop'?"
    assert str(stranger.exception).startswith("UNAUTHENTICATED: wrong token")
    assert "set INTERLACE_ADMIN_TOKEN" in str(nobody.exception)
    assert isinstance(bad_key.exception, ConfigurationError)
    assert "cannot be asked" in str(gone.exception)


@pytest.mark.parametrize("name", ["../reload", "a/b", "shop?x"])
async def test_names_never_leave_their_place_in_the_path(tmp_path: Path, name: str) -> None:
    async with administered(tmp_path) as admin:
        result = await run(admin, "services", name)

    assert str(result.exception).startswith("NOT_FOUND")
