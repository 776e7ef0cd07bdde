"""Preferences for nine users of ten, always the same."""

import random
import sqlite3

USERS = 1000
LOCALES = ("en-GB", "en-US", "de-DE", "fr-FR", "ja-JP", "ar-EG", "pt-BR", "zh-Hant-TW", "he", "tr-TR")
THEMES = ("LIGHT", "DARK", "SYSTEM")
TABLE = """
    CREATE TABLE preferences (
        user_id TEXT PRIMARY KEY, theme TEXT NOT NULL, locale TEXT NOT NULL, newsletter INTEGER NOT NULL
    ) WITHOUT ROWID
"""


def has_preferences(user: int) -> bool:
    """Whether the user with this number has ever set any."""
    return user % 10 != 5


def fill(database: sqlite3.Connection) -> None:
    """Make the table and its rows."""
    choices = random.Random("storefront preferences")
    database.execute(TABLE)
    rows = [
        (str(user), choices.choice(THEMES), choices.choice(LOCALES), choices.random() < 0.4)
        for user in range(1, USERS + 1)
        if has_preferences(user)
    ]
    database.executemany("INSERT INTO preferences VALUES (?, ?, ?, ?)", rows)
