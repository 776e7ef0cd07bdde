"""Open a program's SQLite file, made and filled on first use."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

Fill = Callable[[sqlite3.Connection], None]


def open_database(path: Path, fill: Fill) -> sqlite3.Connection:
    """A connection to the database, which `fill` makes where there is none yet.

    Several programs may open the same path at once: each fills a file of its own, and the first one to put it in place
    wins, so that nobody ever sees a half-filled database.
    """
    if not path.exists():
        _make(path, fill)
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _make(path: Path, fill: Fill) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN")
            fill(connection)
            connection.execute("COMMIT")
        with suppress(FileExistsError):  # another instance was first, with the same data
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
