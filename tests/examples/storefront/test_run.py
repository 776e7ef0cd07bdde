"""The whole shop starts, loses programs, and goes without a trace."""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from examples.storefront.run import Storefront, StorefrontFailed

ROOT = Path(__file__).parents[3]


def is_free(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) != 0


async def connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def end_of(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read until the other side has gone."""
    with suppress(ConnectionResetError):
        await reader.read()
    writer.close()
    with suppress(ConnectionResetError):
        await writer.wait_closed()


async def test_every_service_has_two_endpoints_by_which_the_configuration_finds_them(storefront: Storefront) -> None:
    assert storefront.environment() == {
        f"{service.upper()}_{instance + 1}": storefront.endpoints(service)[instance]
        for service in ("users", "orders", "preferences")
        for instance in (0, 1)
    }


async def test_a_killed_program_is_gone_the_other_stays_and_a_restart_brings_it_back(
    storefront: Storefront, http: httpx.AsyncClient
) -> None:
    one, other = storefront.endpoints("users")

    await storefront.kill("users", 1)

    assert is_free(one)
    assert (await http.get(f"http://{other}/health")).status_code == 200
    await storefront.restart("users", 1)
    assert (await http.get(f"http://{one}/users/1")).status_code == 200
    assert storefront.endpoints("users") == (one, other)


async def test_leaving_stops_every_program_even_with_a_caller_kept_waiting() -> None:
    async with Storefront() as storefront:
        await storefront.set_fault("users", "slow", seconds=60)
        reader, writer = await connect(storefront.endpoints("users")[0])
        writer.write(b"GET /users/1 HTTP/1.1\r\nhost: users\r\n\r\n")

    await end_of(reader, writer)
    assert not any(program.is_running for program in storefront.programs)
    assert {program.process.returncode for program in storefront.programs} == {0}


async def test_a_port_in_use_is_named_and_nothing_is_left_running(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        for service in ("users", "orders"):
            with pytest.raises(StorefrontFailed, match=f"{service} 1: ended with exit code 1"):
                async with Storefront(folder=tmp_path, ports={service: [port]}):
                    pytest.fail("it started")
            assert f"error: cannot listen on 127.0.0.1 port {port}" in capfd.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_no_program_outlives_the_one_that_started_it(number: signal.Signals, tmp_path: Path) -> None:
    ports = [str(port) for port in _free_ports()]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "examples.storefront.run",
        *("--port", ports[0], "--folder", str(tmp_path)),
        cwd=ROOT,
        stdout=PIPE,
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode() for _ in range(7)]

    connections = [await connect(line.split()[2]) for line in lines[:6]]
    process.send_signal(number)

    assert await process.wait() == (0 if number is signal.SIGTERM else -signal.SIGKILL)
    async with asyncio.timeout(10):
        for reader, writer in connections:
            await end_of(reader, writer)


def _free_ports() -> range:
    """Six free ports in a row."""
    for first in range(20_000, 30_000, 6):
        if all(is_free(f"127.0.0.1:{port}") for port in range(first, first + 6)):
            return range(first, first + 6)
    pytest.fail("no free ports")
