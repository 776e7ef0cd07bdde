"""The public federation workload beside Grafbase, Hive Gateway (both planners) and Apollo Gateway.

    python -m benchmarks.peers [--quick] [--peers FOLDER] [--only NAME,NAME]

Starts the subgraphs and every gateway, checks that each gives the expected answer, measures them in turn and prints
medians and ratios. Peers are npm packages: those missing in FOLDER (INTERLACE_PEERS, or .cache/peers) are installed
there. No two requests are alike. "own calls" means that gateways may not share calls between client requests; as the
JavaScript ones share them by default and cannot all be told not to, the calls per request stand beside each figure.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from benchmarks.measuring import GATEWAY_CORE, LOAD_CORE, OWN_CALLS_HEADER, CannotMeasure, Load
from benchmarks.packages import PEERS, SECONDS_TO_INSTALL, install
from benchmarks.rounds import QUICK, WHOLE, Row, as_json, keep, ratio, table, take_turns
from benchmarks.running import HERE, ROOT, Program, Programs, ask, free_port, slug, wait_for_port, without_traceback

FEDERATION = HERE / "federation"
PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "@grafbase/cli-x86_64-unknown-linux-musl": "latest",
        "@graphql-hive/gateway": "2",
        "@graphql-hive/router-runtime": "latest",
        "@apollo/gateway": "2",
        "@apollo/server": "5",
        "graphql": "16",
    }
)
SUBGRAPHS = ("accounts", "inventory", "products", "reviews")
CONNECTIONS = (1, 16)
HIVE = """import { defineConfig } from "@graphql-hive/gateway";
%s
export const gatewayConfig = defineConfig({
  %ssupergraph: process.env.SUPERGRAPH, port: +process.env.PORT, host: "127.0.0.1",
  inboundInflightRequestDeduplication: false,
});
"""
APOLLO = """import { readFileSync } from "fs";
import { ApolloGateway } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
const supergraphSdl = readFileSync(process.env.SUPERGRAPH).toString();
const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }) });
await startStandaloneServer(server, { listen: { port: +process.env.PORT, host: "127.0.0.1" } });
"""


class Workload:
    """The subgraphs, running, and what the gateways need to find them."""

    def __init__(self, programs: Programs, peers: Path) -> None:
        self.programs = programs
        self.peers = peers
        self.port = free_port()
        self.query = json.loads((FEDERATION / "query.json").read_text())["query"]
        self.expected = json.loads((FEDERATION / "expected.json").read_text())["data"]
        sdl = (FEDERATION / "supergraph.graphql").read_text()
        self.supergraph = programs.folder / "supergraph.graphql"
        self.supergraph.write_text(sdl.replace("127.0.0.1:4200", f"127.0.0.1:{self.port}"))
        self._start_subgraphs()

    def calls(self) -> float:
        """How many calls the subgraphs have got since the last time."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/counts", timeout=10) as answer:
            counts: dict[str, int] = json.loads(answer.read())
        return sum(counts.values())

    def check(self, program: Program) -> Program:
        """Raise CannotMeasure unless the program gives the expected answer."""
        answer = ask(program.url, self.query)
        if answer.get("data") != self.expected or answer.get("errors"):
            raise CannotMeasure(f"{program.name} gives a wrong answer: {json.dumps(answer)[:300]}")
        return program

    def interlace(self, name: str, *, shares: bool) -> Program:
        """Ours."""
        own = f"    endpoints: ['127.0.0.1:{self.port}']\n    share_calls: {str(shares).lower()}\n"
        services = "".join(f"  {each}:\n{own}" for each in SUBGRAPHS)
        server = f"server:\n  share_requests: {str(shares).lower()}\n"
        config = f"{server}supergraph: {self.supergraph}\nservices:\n{services}"
        return self.programs.interlace(name, config, GATEWAY_CORE)

    def grafbase(self, name: str, *, shares: bool) -> Program:
        """Grafbase; a header that differs and is passed on keeps it from sharing calls."""
        lines = ["[graph]", "introspection = true"]
        if not shares:
            lines += ["[[headers]]", 'rule = "forward"', f'name = "{OWN_CALLS_HEADER}"']
        for each in SUBGRAPHS:
            lines += [f"[subgraphs.{each}]", f'url = "http://127.0.0.1:{self.port}/{each}"']
            lines += [f'schema_path = "{FEDERATION / "subgraphs" / each}.graphql"']
        folder = self.programs.folder / slug(name)
        folder.mkdir()
        config = folder / "grafbase.toml"
        config.write_text("\n".join(lines))
        port = free_port()
        binary = self.peers / "node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase"
        command = [str(binary), "dev", "-c", str(config), "-p", str(port)]
        environment = {"GRAFBASE_TELEMETRY_DISABLED": "1", "HOME": str(folder)}
        process = self.programs.start(name, command, GATEWAY_CORE, environment=environment, where=folder)
        return self.programs.wait(name, f"http://127.0.0.1:{port}/graphql", process)

    def hive(self, name: str, *, rust: bool) -> Program:
        """Hive Gateway, with its own planner or with the Rust runtime."""
        text = HIVE % (
            'import { unifiedGraphHandler } from "@graphql-hive/router-runtime";' if rust else "",
            "unifiedGraphHandler, " if rust else "",
        )
        config = self.peers / f"interlace-{'rust' if rust else 'js'}.config.mjs"
        config.write_text(text)
        return self._node(
            name,
            [str(self.peers / "node_modules/.bin/hive-gateway"), "supergraph", "--config-path", config.name],
            "/graphql",
        )

    def apollo(self, name: str) -> Program:
        """Apollo Gateway."""
        program = self.peers / "interlace-apollo.mjs"
        program.write_text(APOLLO)
        return self._node(name, ["node", program.name], "/")

    def _node(self, name: str, command: list[str], path: str) -> Program:
        port = free_port()
        environment = {"SUPERGRAPH": str(self.supergraph), "PORT": str(port), "DEDUP": "0"}
        process = self.programs.start(name, command, GATEWAY_CORE, environment=environment, where=self.peers)
        return self.programs.wait(name, f"http://127.0.0.1:{port}{path}", process)

    def _start_subgraphs(self) -> None:
        go = shutil.which("go")
        if go is None:
            raise CannotMeasure("go is missing: install it (on Debian: apt-get install golang)")
        binary = self.programs.folder / "subgraphs-server"
        command = [go, "build", "-o", str(binary), str(FEDERATION / "subgraphs.go")]
        subprocess.run(command, check=True, timeout=SECONDS_TO_INSTALL, cwd=self.programs.folder)
        command = [str(binary), f"127.0.0.1:{self.port}", str(FEDERATION / "data.json")]
        wait_for_port(self.port, self.programs.start("subgraphs", command, LOAD_CORE))


GATEWAYS: Mapping[str, Callable[[Workload, str], Program]] = MappingProxyType(
    {
        "Interlace, own calls": lambda workload, name: workload.interlace(name, shares=False),
        "Interlace": lambda workload, name: workload.interlace(name, shares=True),
        "Grafbase, own calls": lambda workload, name: workload.grafbase(name, shares=False),
        "Grafbase": lambda workload, name: workload.grafbase(name, shares=True),
        "Hive Gateway": lambda workload, name: workload.hive(name, rust=False),
        "Hive Gateway, Rust runtime": lambda workload, name: workload.hive(name, rust=True),
        "Apollo Gateway": lambda workload, name: workload.apollo(name),
    }
)
# Which of ours each peer is held against: the one that shares as much as it does.
COMPARED: Mapping[str, str] = MappingProxyType(
    {name: "Interlace, own calls" if name.endswith("own calls") else "Interlace" for name in GATEWAYS}
)


def compare(names: list[str], peers: Path, *, quick: bool) -> list[Row]:
    """Run everything."""
    with tempfile.TemporaryDirectory(prefix="peers-") as folder, Programs(Path(folder)) as programs:
        workload = Workload(programs, peers)
        running = [workload.check(GATEWAYS[name](workload, name)) for name in names]
        loads = [Load(workload.query, connections, 0) for connections in CONNECTIONS]
        return take_turns(running, loads, QUICK if quick else WHOLE, workload.calls)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of ten")
    parser.add_argument("--peers", type=Path, default=PEERS)
    parser.add_argument("--only", help="the names of the gateways to measure, with semicolons between")
    options = parser.parse_args()
    wanted = options.only.split(";") if options.only else list(GATEWAYS)
    names = [name for name in GATEWAYS if name in wanted]
    peers = Path(options.peers).resolve()
    with without_traceback():
        install(peers, PACKAGES)
        rows = compare(names, peers, quick=options.quick)
    print(table(rows, "calls/request"))
    print("\nCPU per request, ours to theirs (median of the rounds' ratios):\n")
    for name in names:
        ours = COMPARED[name]
        if ours in names and name != ours and not name.startswith("Interlace"):
            ratios = ", ".join(f"{ratio(rows, ours, name, each):.2f} at {each}" for each in CONNECTIONS)
            print(f"- {ours} / {name}: {ratios}")
    print(f"\nkept in {keep('peers', as_json(rows)).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
