"""What policies cost: the public federation workload and the storefront, with each policy and with all, against none.

    python -m benchmarks.policies [--quick | --instructions] [public] [storefront]

Every gateway gets the same requests, with the same token; a second one without policies shows how much of a ratio is
noise. No two requests share a call. "everything" is identity, a role asked for by every field, limits of requests and
of each root field in memory, and a bound of the cost; "with cache" keeps all that services answer, too.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.instructions import count, start_counted
from benchmarks.measuring import GATEWAY_CORE, CannotMeasure, Load
from benchmarks.peers import SUBGRAPHS, Workload
from benchmarks.rounds import Plan, Row, as_json, keep, ratio, table, take_turns
from benchmarks.running import ROOT, Program, Programs, ask, without_traceback
from benchmarks.storefront import QUERY, Shop

CONNECTIONS, AT_ONCE = 16, 4
PLAN, QUICK = Plan(rounds=7, seconds=4, warm=3), Plan(rounds=3, seconds=3, warm=2)
ISSUER, AUDIENCE, ROLE = "https://login.example", "graph", "buyer"
OFF, CONTROL, EVERYTHING = "off", "off, once more", "everything"
CACHED = "everything, with cache"

IDENTITY = f"""
authentication:
  anonymous: true
  issuers: [{{issuer: "{ISSUER}", audience: {AUDIENCE}, jwks_file: keys.json}}]
"""
GUARDS = f'policies: {{"*.*": {{roles: [{ROLE}]}}}}\n'
COST = "limits: {max_cost: 9000000}\n"


def limits(roots: Sequence[str]) -> str:
    """Limits that nobody reaches."""
    fields = ", ".join(f"Query.{name}: 9000000/minute" for name in roots)
    return f"rate_limits: {{requests: 9000000/minute, addresses: 9000000/minute, fields: {{{fields}}}}}\n"


def kinds(roots: Sequence[str]) -> Mapping[str, str]:
    """What stands in the configuration of each gateway."""
    everything = IDENTITY + GUARDS + limits(roots) + COST
    return {
        OFF: "",
        CONTROL: "",
        "identity": IDENTITY,
        "authorisation, with identity": IDENTITY + GUARDS,
        "limits": limits(roots),
        EVERYTHING: everything,
        CACHED: everything + "cache: {default: 5m}\n",
    }


def token(folder: Path) -> str:
    """A token by a key whose public half lies in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    jwk = jwt.get_algorithm_by_name("ES256").to_jwk(key.public_key(), as_dict=True)
    (folder / "keys.json").write_text(json.dumps({"keys": [{**jwk, "kid": "1", "alg": "ES256"}]}))
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "5f2c6a1e-9a44-4b32-9f0b-2f6f4d0a7d11",
        "exp": int(time.time()) + 3600,
        "iat": int(time.time()),
        "roles": [ROLE],
        "scope": "orders:read users:read",
    }
    return jwt.encode(claims, key, "ES256", {"kid": "1"})


def public_workload(programs: Programs) -> tuple[str, Sequence[str], str]:
    """The public workload: its query, the root fields, and the configuration without policies."""
    workload = Workload(programs, programs.folder)
    own = f"    endpoints: ['127.0.0.1:{workload.port}']\n    share_calls: false\n"
    services = "".join(f"  {each}:\n{own}" for each in SUBGRAPHS)
    text = f"server:\n  share_requests: false\nsupergraph: {workload.supergraph}\nservices:\n{services}"
    return workload.query, ("users", "topProducts"), text


def storefront(programs: Programs) -> tuple[str, Sequence[str], str]:
    """The storefront, likewise."""
    return QUERY, ("users",), Shop(programs).config(shares=False)


WORKLOADS = MappingProxyType({"public": public_workload, "storefront": storefront})


def compare(name: str, plan: Plan) -> list[Row]:
    """Measure one workload. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="policies-") as folder, Programs(Path(folder)) as programs:
        credential = token(programs.folder)
        query, roots, text = WORKLOADS[name](programs)
        running = [programs.interlace(kind, text + more, GATEWAY_CORE) for kind, more in kinds(roots).items()]
        headers = (("authorization", f"Bearer {credential}"),)
        _check(running, query, dict(headers))
        return take_turns(running, [Load(query, CONNECTIONS, 0, headers=headers)], plan)


def count_instructions(name: str) -> dict[str, float]:
    """Instructions for a request, one gateway after the other. Raises CannotMeasure."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="policies-") as folder, Programs(Path(folder)) as programs:
        credential = token(programs.folder)
        query, roots, text = WORKLOADS[name](programs)
        load = Load(query, AT_ONCE, 0, headers=(("authorization", f"Bearer {credential}"),))
        for kind, more in kinds(roots).items():
            with Programs(programs.folder) as own:
                found[kind] = count(own, start_counted(own, kind, text + more), load)
            print(f"{kind:30}{found[kind]:14,.0f}{found[kind] / found[OFF]:8.3f}", flush=True)
    return found


def _check(programs: Sequence[Program], query: str, headers: Mapping[str, str]) -> None:
    """Raise CannotMeasure unless all give the same, and nobody unknown gets anything from those that ask who it is."""
    first, *others = [ask(program.url, query, headers=headers) for program in programs]
    if first.get("errors") or not first.get("data"):
        raise CannotMeasure(f"{programs[0].name} gives a wrong answer: {json.dumps(first)[:300]}")
    for program, answer in zip(programs[1:], others, strict=True):
        if answer != first:
            raise CannotMeasure(f"{program.name} does not agree: {json.dumps(answer)[:300]}")
    for program in programs:
        is_guarded = program.name not in (OFF, CONTROL, "identity", "limits")
        if is_guarded == (not ask(program.url, query).get("errors")):
            raise CannotMeasure(f"{program.name} does not guard as it should")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute each instead of four")
    parser.add_argument("--instructions", action="store_true", help="count by callgrind, for busy machines")
    parser.add_argument("workloads", nargs="*", choices=[*WORKLOADS, []], help="all of them, where none is named")
    options = parser.parse_args()
    for name in options.workloads or WORKLOADS:
        if options.instructions:
            print(f"\n{name}: instructions for a request, and against off\n")
            with without_traceback():
                count_instructions(name)
            continue
        with without_traceback():
            rows = compare(name, QUICK if options.quick else PLAN)
        print(f"\n{name}\n\n{table(rows)}\n")
        print("| against off | CPU per request | requests/s |\n|---|---|---|")
        for row in rows[1:]:
            cpu, speed = (ratio(rows, row.name, OFF, CONNECTIONS, each) for each in ("cpu", "per_second"))
            print(f"| {row.name} | {cpu:.3f} | {speed:.3f} |")
        print(f"\nkept in {keep(f'policies-{name}', as_json(rows)).relative_to(ROOT)}", flush=True)


if __name__ == "__main__":
    main()
