"""The storefront's query beside the plain way to write it in Python, and beside GraphQL Mesh on Hive Gateway.

    python -m benchmarks.storefront [--quick] [--mesh] [--peers FOLDER]

20 users and their preferences by REST, their orders by gRPC. Starts the services and the gateways, checks that they
agree, measures them in turn and prints medians and ratios. "own calls": no two client requests share a call. Mesh is
npm packages, installed in FOLDER (INTERLACE_PEERS, or .cache/peers) where they are missing.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import mesh_storefront
from benchmarks.measuring import GATEWAY_CORE, LOAD_CORE, CannotMeasure, Load
from benchmarks.packages import PEERS, install
from benchmarks.rounds import QUICK, WHOLE, Row, as_json, keep, ratio, table, take_turns
from benchmarks.running import ROOT, SERVE, Program, Programs, ask, free_port, wait_for_port, without_traceback

EXAMPLE = ROOT / "examples" / "storefront"
CONNECTIONS = (1, 16)
OWN, SHARED, PLAIN = "Interlace, own calls", "Interlace", "Strawberry, httpx, grpc.aio and data loaders"
MESH = "GraphQL Mesh on Hive Gateway"
QUERY = """query Storefront {
  users(first: 20) { id name email orders { id status total placedAt } preferences { theme locale } }
}"""


class Shop:
    """The storefront's services, running: one instance of each, all of them on the core of the load."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        first = free_port()
        self.addresses: Mapping[str, str] = {
            service: f"127.0.0.1:{first + 2 * place}"
            for place, service in enumerate(("users", "orders", "preferences"))
        }
        command = [sys.executable, "-m", "examples.storefront.run", "--port", str(first)]
        process = programs.start("services", command, LOAD_CORE)
        for address in self.addresses.values():
            wait_for_port(int(address.rpartition(":")[2]), process)

    def interlace(self, name: str, *, shares: bool, command: Sequence[str] = SERVE) -> Program:
        """Ours, over the example's subgraphs."""
        return self.programs.interlace(name, self.config(shares=shares), GATEWAY_CORE, command=command)

    def config(self, *, shares: bool) -> str:
        """The configuration of ours; `shares` says whether client requests may share calls."""
        subgraphs = "".join(
            f"  {each}:\n    sdl: {EXAMPLE / 'subgraphs' / each}.graphql\n" for each in ("user", "order", "preference")
        )
        services = "".join(
            f"  {service}:\n    endpoints: ['{address}']\n    share_calls: {str(shares).lower()}\n"
            for service, address in self.addresses.items()
        )
        server = f"server:\n  share_requests: {str(shares).lower()}\n"
        return f"{server}subgraphs:\n{subgraphs}services:\n{services}"

    def plain(self, name: str) -> Program:
        """The program that one would write by hand."""
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.plain_storefront", str(port), *self.addresses.values()]
        process = self.programs.start(name, command, GATEWAY_CORE)
        return self.programs.wait(name, f"http://127.0.0.1:{port}/", process)


def compare(peers: Path | None, *, quick: bool) -> list[Row]:
    """Run everything, also Mesh where it is installed in a folder. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="storefront-") as folder, Programs(Path(folder)) as programs:
        shop = Shop(programs)
        running = [shop.interlace(OWN, shares=False), shop.interlace(SHARED, shares=True), shop.plain(PLAIN)]
        if peers is not None:
            running.append(mesh_storefront.start(programs, MESH, peers, shop.addresses))
        _check(running)
        loads = [Load(QUERY, connections, 0) for connections in CONNECTIONS]
        return take_turns(running, loads, QUICK if quick else WHOLE)


def _check(programs: Sequence[Program]) -> None:
    """Raise CannotMeasure unless all programs give the same users with orders and preferences."""
    first, *others = [_ask(program) for program in programs]
    users = (first.get("data") or {}).get("users") or []
    if len(users) != 20 or first.get("errors") or not any(user["orders"] for user in users):
        raise CannotMeasure(f"{programs[0].name} gives a wrong answer: {json.dumps(first)[:300]}")
    for program, answer in zip(programs[1:], others, strict=True):
        if answer != first:
            raise CannotMeasure(f"{program.name} does not agree: {json.dumps(answer)[:300]}")


def _ask(program: Program) -> Mapping[str, Any]:
    answer = ask(program.url, program.query or QUERY)
    return answer if not program.query else mesh_storefront.in_our_words(answer)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storefront", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute instead of three")
    parser.add_argument("--mesh", action="store_true", help="beside GraphQL Mesh too")
    parser.add_argument("--peers", type=Path, default=PEERS)
    options = parser.parse_args()
    peers = Path(options.peers).resolve() if options.mesh else None
    with without_traceback():
        if peers is not None:
            install(peers, mesh_storefront.PACKAGES)
        rows = compare(peers, quick=options.quick)
    print(table(rows))
    print("\nCPU per request, ours to theirs (median of the rounds' ratios):\n")
    for other in (PLAIN, MESH) if options.mesh else (PLAIN,):
        ratios = ", ".join(f"{ratio(rows, OWN, other, each):.2f} at {each}" for each in CONNECTIONS)
        print(f"- {OWN} / {other}: {ratios}")
    print(f"\nkept in {keep('storefront', as_json(rows)).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
