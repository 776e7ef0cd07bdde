"""What the preferences service answers: those of one user, of many users, and changes."""

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from examples.storefront.chassis.rest import Answer, Problem, Request, Route, json
from examples.storefront.preferences.seed import THEMES

MEMBERS = ("theme", "locale", "newsletter")
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-[0-9]{3})?")  # BCP 47 without its rarer subtags
USER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOST_USERS = 250
COLUMNS = "SELECT user_id, theme, locale, newsletter FROM preferences"


def routes(database: sqlite3.Connection) -> Sequence[Route]:
    """The operations of the service over its database."""

    def get_preferences(request: Request) -> Answer:
        row = database.execute(f"{COLUMNS} WHERE user_id = ?", (request.path["userId"],)).fetchone()
        if row is None:
            raise Problem(404, "this user has set no preferences")
        return json(_preferences(row))

    def get_many(request: Request) -> Answer:
        users = _read_user_ids(request.json())
        marks = ", ".join("?" * len(users))
        rows = database.execute(f"{COLUMNS} WHERE user_id IN ({marks})", users)
        return json([_preferences(row) for row in rows])

    def put_preferences(request: Request) -> Answer:
        user = request.path["userId"]
        theme, locale, newsletter = _read_preferences(user, request.json())
        database.execute("REPLACE INTO preferences VALUES (?, ?, ?, ?)", (user, theme, locale, newsletter))
        return json({"userId": user, "theme": theme, "locale": locale, "newsletter": newsletter})

    return (
        Route("GET", "/preferences/{userId}", get_preferences),
        Route("PUT", "/preferences/{userId}", put_preferences),
        Route("POST", "/preferences/batch", get_many),
        Route("GET", "/health", lambda _request: json({"status": "ok"})),
    )


def _read_user_ids(value: Any) -> list[str]:
    users = value.get("userIds") if isinstance(value, dict) else None
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        raise Problem(422, "the users cannot be read", ["'userIds' has to be a list of strings"])
    if len(users) > MOST_USERS:
        raise Problem(422, "too many users at once", [f"'userIds' may name {MOST_USERS} users, found {len(users)}"])
    return users


def _read_preferences(user: str, value: Any) -> tuple[str, str, bool]:
    """Theme, locale and newsletter. Raises Problem 422 with every bad member."""
    if not isinstance(value, dict):
        raise Problem(422, "preferences are an object")
    errors = [f"'{name}' is not known; known are: {', '.join(MEMBERS)}" for name in value if name not in MEMBERS]
    theme, locale, newsletter = (value.get(name) for name in MEMBERS)
    if not USER_ID.fullmatch(user):
        errors.append("the id of the user may have 1 to 64 letters, digits, _ and -")
    if theme not in THEMES:
        errors.append(f"'theme' has to be one of {', '.join(THEMES)}")
    if not isinstance(locale, str) or not LOCALE.fullmatch(locale):
        errors.append("'locale' has to be a language, script and region such as en, en-GB or zh-Hant-TW")
    if not isinstance(newsletter, bool):
        errors.append("'newsletter' has to be true or false")
    if errors:
        raise Problem(422, "the preferences are not valid", errors)
    return str(theme), str(locale), bool(newsletter)


def _preferences(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "userId": row["user_id"],
        "theme": row["theme"],
        "locale": row["locale"],
        "newsletter": bool(row["newsletter"]),
    }
