"""A thousand users, always the same, some of them awkward on purpose."""

import random
import sqlite3
from datetime import UTC, datetime, timedelta

USERS = 1000
FIRST_DAY = datetime(2019, 3, 4, 9, 30, tzinfo=UTC)
TABLE = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, created_at TEXT NOT NULL)"

# The first page shows what names and addresses may be.
AWKWARD: dict[int, tuple[str, str | None]] = {
    3: ("Noor", None),  # one word, no address
    6: ("王小明", "xiaoming.wang@example.cn"),
    7: ("فاطمة الزهراء", "fatima@example.eg"),  # right to left
    8: ("Zoe\u0308 O\u2019Brien", "zoe@example.ie"),  # a combining mark, a curly apostrophe
    9: ("Sam 👩\u200d🚀", "sam+rocket@example.com"),  # a joined emoji, beyond the basic plane
    11: ('Ann "Annie" O\'Neil \\ Sons', "annie@example.com"),  # what breaks careless quoting
    12: ("</script><b>Bo</b> & Co", "bo@example.com"),  # what breaks careless pages
    14: ("ไพลิน ศรีสุข", None),
    16: ("דוד\u200f (David)", "david@example.il"),  # mixed directions
    17: ("A" * 200, "long@example.com"),
    18: ("Łukasz Żółć", "lukasz@bücher.example"),  # an international domain
    19: ("さくら\u3000田中", "sakura@example.jp"),  # an ideographic space
}
# As text, because a list would take a line for each name.
FIRST_NAMES = (  # noqa: SIM905
    "Ada Bjørn Chloé Dmitri Élodie Farid Grace Hiroshi Inês Jürgen Katarzyna Liam Mónica Nikos Olga Priya Quentin "
    "Rūta Søren Thandiwe Uğur Valentina Wei Ximena Yusuf Zsófia 陈静 山本 Анна Γιώργος מיכל 민준"
).split()
LAST_NAMES = (  # noqa: SIM905
    "Andersson Brontë Castillo Đorđević Eze Fischer García Håkansson Ivanov Jóhannsson Kowalski Lovelace Müller "
    "Nguyễn Okafor Petrov Quispe Rossi Şahin Tanaka Ueda Vargas Walker Xu Yıldırım Žižek"  # noqa: RUF001
).split()


def fill(database: sqlite3.Connection) -> None:
    """Make the table and its users."""
    choices = random.Random("storefront users")
    database.execute(TABLE)
    rows = []
    for number in range(1, USERS + 1):
        name = f"{choices.choice(FIRST_NAMES)} {choices.choice(LAST_NAMES)}"
        email = f"user{number}@example.com" if choices.random() < 0.93 else None
        created_at = FIRST_DAY + timedelta(minutes=choices.randrange(2_500_000))
        name, email = AWKWARD.get(number, (name, email))
        rows.append((number, name, email, created_at.strftime("%Y-%m-%dT%H:%M:%SZ")))
    database.executemany("INSERT INTO users VALUES (?, ?, ?, ?)", rows)
