"""Load one address with wrk, and measure what the process tree behind it spends.

The gateway has core 0 to itself and the load and the services share core 1, as far as the machine lets them.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

GATEWAY_CORE, LOAD_CORE = "0", "1"
TICKS = os.sysconf("SC_CLK_TCK")
OWN_CALLS_HEADER = "x-own-calls"
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


class CannotMeasure(Exception):
    """Something that the measurement needs is missing, or does not answer as it should."""


@dataclass(frozen=True, slots=True)
class Load:
    """What clients send: `query` at so many connections for so many seconds, no two requests alike if `distinct`.

    Each request has the `headers` too.
    """

    query: str
    connections: int
    seconds: int
    distinct: bool = True
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What one load cost: CPU and latencies in milliseconds, memory in MB."""

    cpu: float
    per_second: float
    p50: float
    p99: float
    memory: float
    requests: int


def wrk() -> str:
    """Where wrk is. Raises CannotMeasure."""
    found = shutil.which("wrk")
    if found is None:
        raise CannotMeasure("wrk is missing: install it (on Debian: apt-get install wrk)")
    return found


def measure(url: str, pid: int, load: Load) -> Figures:
    """Put the load on the address, whose process tree begins with `pid`; longer where nothing comes back in its time.

    Raises CannotMeasure for failing answers, and where there are none.
    """
    for longer in (1, 3, 9):
        before = cpu_ms(pid)
        said = _run_wrk(url, replace(load, seconds=load.seconds * longer))
        spent = cpu_ms(pid) - before
        failed = _figure(said, r"Non-2xx or 3xx responses: (\d+)") + _figure(said, r"timeout (\d+)")
        requests = int(_figure(said, r"(\d+) requests in"))
        if failed:
            raise CannotMeasure(f"{url}: {int(failed)} of {requests} answers failed\n{said}")
        if requests:
            return Figures(
                cpu=spent / requests,
                per_second=requests / _seconds(said),
                p50=_latency(said, "50%"),
                p99=_latency(said, "99%"),
                memory=memory_mb(pid),
                requests=requests,
            )
    raise CannotMeasure(f"{url}: no answer in {load.seconds * longer} seconds\n{said}")


def warm_up(url: str, load: Load) -> None:
    """Put the load on the address; how it fares does not matter. Raises CannotMeasure where wrk is missing or fails."""
    _run_wrk(url, load)


def cpu_ms(pid: int) -> float:
    """The CPU time that a process and those that it started have spent, in milliseconds."""
    ticks = 0
    for each in set(_tree(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1_000 / TICKS


def memory_mb(pid: int) -> float:
    """The resident memory of a process and those that it started."""
    found = 0.0
    for each in set(_tree(pid)):
        try:
            match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{each}/status").read_text())
        except OSError:
            continue
        found += int(match.group(1)) / 1024 if match else 0
    return found


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _run_wrk(url: str, load: Load) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(load))
        script.flush()
        options = ["-t1", f"-c{load.connections}", f"-d{load.seconds}s", "--latency", "--timeout", "10s"]
        command = ["taskset", "-c", LOAD_CORE, wrk(), *options, "-s", script.name, url]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=load.seconds + 60)
    if done.returncode:
        raise CannotMeasure(f"wrk failed: {done.stderr.strip()}")
    return done.stdout


def _script(load: Load) -> str:
    """What wrk sends. A variable and a header differ from request to request, so that nothing can be shared by them."""
    body = json.dumps({"query": load.query})
    lines = [
        'wrk.method = "POST"',
        'wrk.headers["content-type"] = "application/json"',
        'wrk.headers["accept"] = "application/json"',
        *(f'wrk.headers["{name}"] = "{value}"' for name, value in load.headers),
    ]
    if not load.distinct:
        return "\n".join((*lines, f"wrk.body = [==[{body}]==]"))
    return "\n".join(
        (
            *lines,
            f"local number, head = 0, [==[{body[:-1]}]==]",
            "request = function()",
            "  number = number + 1",
            f'  wrk.headers["{OWN_CALLS_HEADER}"] = tostring(number)',
            "  return wrk.format(nil, nil, nil, head .. ',\"variables\":{\"_n\":' .. number .. '}}')",
            "end",
        )
    )


def _figure(said: str, pattern: str) -> float:
    found = re.search(pattern, said)
    return float(found.group(1)) if found else 0.0


def _seconds(said: str) -> float:
    found = re.search(r"requests in ([\d.]+)(ms|s|m)", said)
    if found is None:
        raise CannotMeasure(f"wrk said something else than expected:\n{said}")
    return float(found.group(1)) * {"ms": 1e-3, "s": 1.0, "m": 60.0}[found.group(2)]


def _latency(said: str, share: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", said)
    return float(found.group(1)) * UNITS[found.group(2)] if found else 0.0
