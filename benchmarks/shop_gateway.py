"""A gateway process over the running storefront, on a core of its own."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree

import httpx

from benchmarks.measuring import GATEWAY_CORE
from benchmarks.running import ROOT, free_port
from examples.storefront.run import SERVICES, Storefront

STOREFRONT = ROOT / "examples" / "storefront"
RUN = "import sys; from federation.cli import main; sys.exit(main())"
START_SECONDS = 60


def write_config(folder: Path, of_services: str = "", more: str = "") -> Path:
    """The example's configuration with lines for each service (`SERVICE` is its name), and lines of its own."""
    for name in ("subgraphs", "operations"):
        copytree(STOREFRONT / name, folder / name, dirs_exist_ok=True)
    text = (STOREFRONT / "interlace.yaml").read_text(encoding="utf-8")
    for service in SERVICES:
        lines = of_services.replace("SERVICE", service)
        text = text.replace(f"  {service}:\n    endpoints:", f"  {service}:\n{lines}    endpoints:")
    file = folder / "interlace.yaml"
    file.write_text(f"{text}\n{more}", encoding="utf-8")
    return file


@asynccontextmanager
async def shop_gateway(shop: Storefront, file: Path, workers: int = 1) -> AsyncIterator[tuple[Process, str]]:
    """The gateway of a configuration while the block runs: its first process, and its address."""
    address = f"http://127.0.0.1:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        *("taskset", "-c", GATEWAY_CORE, sys.executable, "-c", RUN, "serve", "-c", str(file)),
        *("--port", address.rpartition(":")[2], "--workers", str(workers)),
        env={**os.environ, **shop.environment(), "PYTHONPATH": str(ROOT)},
        stderr=DEVNULL,
    )
    try:
        await _until_ready(address)
        yield process, address
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def workers_of(process: Process) -> list[int]:
    """The worker processes of a gateway, oldest first."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return sorted(int(each) for each in children.split() if _is_worker(int(each)))


def _is_worker(pid: int) -> bool:
    """Not the process by which multiprocessing keeps track of what is shared."""
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


async def _until_ready(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client, asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await client.get("/health/ready")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
