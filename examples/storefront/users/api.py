"""What the users service answers: one user, some by their ids, or a page of all."""

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from examples.storefront.chassis.rest import Answer, Problem, Request, Route, json

OPENAPI = Path(__file__).with_name("openapi.json")
ID = re.compile(r"[1-9][0-9]{0,17}")
MOST_USERS = 1000
MOST_IDS = 100
COLUMNS = "SELECT id, name, email, created_at FROM users"


def routes(database: sqlite3.Connection) -> Sequence[Route]:
    """The operations of the service over its database.

    Handlers read the database without leaving the event loop: each does one indexed look-up of some microseconds.
    """
    openapi = Answer(OPENAPI.read_bytes())

    def list_users(request: Request) -> Answer:
        if "ids" in request.query:
            return json({"users": _users(database, _read_ids(request.query["ids"])), "next": None})
        first = _read_first(request.query.get("first", ""))
        after = request.query.get("after", "")
        if after and not ID.fullmatch(after):
            raise Problem(422, "the page cannot be read", ["'after' has to be the id of a user"])
        rows = database.execute(f"{COLUMNS} WHERE id > ? ORDER BY id LIMIT ?", (int(after or 0), first + 1)).fetchall()
        page = [_user(row) for row in rows[:first]]
        return json({"users": page, "next": page[-1]["id"] if len(rows) > first else None})

    def get_user(request: Request) -> Answer:
        found = _users(database, [request.path["id"]])
        if not found:
            raise Problem(404, "there is no such user")
        return json(found[0])

    return (
        Route("GET", "/users", list_users),
        Route("GET", "/users/{id}", get_user),
        Route("GET", "/openapi.json", lambda _request: openapi),
        Route("GET", "/health", lambda _request: json({"status": "ok"})),
    )


def _read_first(text: str) -> int:
    if not text:
        return 20
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MOST_USERS:
        raise Problem(422, "the page cannot be read", [f"'first' has to be a number from 1 to {MOST_USERS}"])
    return int(text)


def _read_ids(text: str) -> list[str]:
    ids = [part for part in text.split(",") if part]
    if len(ids) > MOST_IDS:
        raise Problem(422, "too many users at once", [f"'ids' may name {MOST_IDS} users, found {len(ids)}"])
    return ids


def _users(database: sqlite3.Connection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The users that exist of these ids, each once, in the order of their ids."""
    known = [int(text) for text in ids if ID.fullmatch(text)]
    marks = ", ".join("?" * len(known))
    rows = database.execute(f"{COLUMNS} WHERE id IN ({marks}) ORDER BY id", known)
    return [_user(row) for row in rows]


def _user(row: sqlite3.Row) -> dict[str, Any]:
    return {"id": str(row["id"]), "name": row["name"], "email": row["email"], "createdAt": row["created_at"]}
