"""Install what npm has of the programs that we are measured beside."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measuring import CannotMeasure
from benchmarks.running import ROOT

SECONDS_TO_INSTALL = 600
PEERS = os.environ.get("INTERLACE_PEERS") or ROOT / ".cache" / "peers"


def install(peers: Path, packages: Mapping[str, str]) -> None:
    """Install those packages, of these versions, that the folder does not have yet. Raises CannotMeasure."""
    missing = [name for name in packages if not (peers / "node_modules" / name).is_dir()]
    if not missing:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise CannotMeasure(f"npm is missing, and so are: {', '.join(missing)}")
    peers.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}@{packages[name]}" for name in missing]
    sys.stderr.write(f"installing {', '.join(wanted)} in {peers}\n")
    command = [npm, "install", "--no-audit", "--no-fund", "--force", *wanted]
    done = subprocess.run(command, cwd=peers, capture_output=True, text=True, check=False, timeout=SECONDS_TO_INSTALL)
    if done.returncode:
        raise CannotMeasure(f"npm cannot install the peers:\n{done.stderr[-1_000:]}")
