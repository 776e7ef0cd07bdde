"""Count the instructions of a gateway for a request, by callgrind: alike on any machine, however busy it is."""

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.measuring import GATEWAY_CORE, CannotMeasure, Load
from benchmarks.running import Program, Programs, ask, free_port, slug

WARM, COUNTED = 120, 80


def start_counted(programs: Programs, name: str, config: str) -> Program:
    """Start our gateway under callgrind, which does not count yet. Raises CannotMeasure."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise CannotMeasure("valgrind is missing: install it (on Debian: apt-get install valgrind)")
    port = free_port()
    path = programs.folder / f"{slug(name)}.yaml"
    path.write_text(config)
    out = programs.folder / f"{slug(name)}.callgrind"
    command = [valgrind, "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}", sys.executable]
    command += ["-c", "from federation.cli import main; main()", "serve", "-c", str(path), "--port", str(port)]
    process = programs.start(name, command, GATEWAY_CORE, environment={"PYTHONHASHSEED": "0"})
    return programs.wait(name, f"http://127.0.0.1:{port}/graphql", process)


def count(programs: Programs, program: Program, load: Load) -> float:
    """Instructions for one request of the load, after some that warm up. Raises CannotMeasure."""
    _send(program, load, WARM)
    _control(program, "-i", "on")
    _send(program, load, COUNTED)
    _control(program, "-i", "off")
    _control(program, "-d")
    found = 0
    for file in programs.folder.glob(f"{slug(program.name)}.callgrind*"):
        found = max(found, *map(int, re.findall(r"^(?:summary|totals): (\d+)", file.read_text(), re.MULTILINE)), 0)
    if not found:
        raise CannotMeasure(f"callgrind counted nothing of {program.name}")
    return found / COUNTED


def _send(program: Program, load: Load, times: int) -> None:
    def once(number: int) -> None:
        answer = ask(program.url, load.query, 60, {**dict(load.headers), "x-own-calls": str(number)})
        if answer.get("errors"):
            raise CannotMeasure(f"{program.name} gives a wrong answer: {str(answer)[:300]}")

    with ThreadPoolExecutor(load.connections) as pool:
        list(pool.map(once, range(times)))


def _control(program: Program, *arguments: str) -> None:
    command = [str(Path(shutil.which("callgrind_control") or "callgrind_control")), *arguments, str(program.pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise CannotMeasure(f"callgrind_control failed: {done.stdout} {done.stderr}")
