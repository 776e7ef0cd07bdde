"""Make this checkout importable, and `interlace` a command, in the environment that runs this script.

This is what an editable install does, without a build backend: a fresh machine then needs the runtime lock file only.
"""

import stat
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = """#!{python}
import sys

from federation.cli import main

if __name__ == "__main__":  # worker processes import this file too
    sys.exit(main())
"""


def main() -> None:
    """Write the path file and the command into the running environment."""
    Path(sysconfig.get_path("purelib"), "interlace.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts"), "interlace")
    command.write_text(COMMAND.format(python=sys.executable), encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    main()
