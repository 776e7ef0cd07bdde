"""The storefront in GraphQL Mesh on Hive Gateway: its names for things, and how it is composed and started."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.measuring import GATEWAY_CORE, CannotMeasure
from benchmarks.packages import SECONDS_TO_INSTALL
from benchmarks.running import HERE, ROOT, Program, Programs, free_port
from connectors.grpc.instants import moment_text

PROTO = ROOT / "examples" / "storefront" / "orders" / "proto" / "shop" / "v1" / "orders.proto"
PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "@graphql-hive/gateway": "2",
        "@graphql-mesh/compose-cli": "1",
        "@graphql-mesh/transport-grpc": "latest",
        "@graphql-mesh/transport-rest": "latest",
        "@omnigraph/grpc": "latest",
        "@omnigraph/openapi": "latest",
        "graphql": "16",
    }
)
# A moment is seconds and nanoseconds there, and not text.
QUERY = """query Storefront {
  userPage(first: 20) { users { id name email orders { id status total { amount } placed_at { seconds nanos } }
    preferences { theme locale } } }
}"""


def start(programs: Programs, name: str, peers: Path, services: Mapping[str, str]) -> Program:
    """Compose the services into a supergraph and serve it. Raises CannotMeasure."""
    folder = peers / "storefront-in-mesh"
    shutil.copytree(HERE / "mesh", folder, dirs_exist_ok=True)
    binaries = peers / "node_modules" / ".bin"
    addresses = {service.upper(): address for service, address in services.items()}
    command = [str(binaries / "mesh-compose"), "-c", "compose.config.mjs", "-o", "supergraph.graphql"]
    composed = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **addresses, "PROTO": str(PROTO)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_TO_INSTALL,
    )
    if composed.returncode:
        raise CannotMeasure(f"Mesh cannot compose the storefront:\n{composed.stdout[-1_000:]}")
    port = free_port()
    command = [str(binaries / "hive-gateway"), "supergraph", "--config-path", "gateway.config.mjs"]
    process = programs.start(name, command, GATEWAY_CORE, environment={"PORT": str(port)}, where=folder)
    program = programs.wait(name, f"http://127.0.0.1:{port}/graphql", process)
    return Program(program.name, program.url, program.pid, QUERY)


def in_our_words(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer to QUERY as the storefront's own schema has it."""
    users = ((answer.get("data") or {}).get("userPage") or {}).get("users") or []
    return {"data": {"users": [{**user, "orders": [_order(each) for each in user["orders"]]} for user in users]}}


def _order(order: Mapping[str, Any]) -> Mapping[str, Any]:
    moment = moment_text(order["placed_at"]["seconds"], order["placed_at"]["nanos"] or 0)  # zero is null there
    return {"id": order["id"], "status": order["status"], "total": order["total"]["amount"], "placedAt": moment}
