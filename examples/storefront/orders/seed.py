"""Five thousand orders, always the same, some of them awkward on purpose."""

import random
import sqlite3

from examples.storefront.orders.money import MINOR_UNITS_PER_CENT

USERS = 1000
ORDERS = 5000
FIRST_NUMBER = 2**53 + 1  # the first whole number that a double cannot hold
FIRST_DAY = 1_672_567_200_000_000_000  # 2023-01-01T10:00:00Z in nanoseconds
STATUSES = ("PENDING", "PAID", "SHIPPED", "DELIVERED", "CANCELLED")
NOTES = ("Leave it with the neighbour.", "Por favor, sin plástico", "置き配でお願いします", "שלום 👋🏽", "a\nb\tc", "")

# What can be bought: title, and the price of one piece in EUR cents.
CATALOGUE: dict[str, tuple[str, int]] = {
    "TEA-001": ("Sencha 煎茶, 100 g", 1290),
    "TEA-002": ("Earl Grey, 250 g", 999),
    "MUG-001": ("Mug “Größe L”", 1450),
    "MUG-002": ("Espresso cup", 725),
    "POT-001": ("Cast iron pot", 8900),
    "CAN-001": ("Crème brûlée drops", 345),
    "BOK-001": ("A history of tea", 2499),
    "SPN-001": ("Spoon", 1),
}
TABLES = """
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL,
        total INTEGER NOT NULL, currency TEXT NOT NULL, placed_at INTEGER NOT NULL, note TEXT
    );
    CREATE INDEX orders_of_user ON orders (user_id);
    CREATE TABLE items (
        order_id INTEGER NOT NULL REFERENCES orders (id), sku TEXT NOT NULL, quantity INTEGER NOT NULL,
        price INTEGER NOT NULL, PRIMARY KEY (order_id, sku)
    ) WITHOUT ROWID;
"""

# What the first orders show: when they were placed (nanoseconds), and the price of their first item in minor units.
AWKWARD_TIMES = {3: -500_000_000, 5: FIRST_DAY + 123_456_789, 8: 4_102_444_800_000_000_000}  # 1969, nanoseconds, 2100
AWKWARD_PRICES = {4: 2**53 + 1, 9: 0}


def has_orders(user: int) -> bool:
    """Whether the user with this number has ever bought anything."""
    return user % 10 != 4


def order_number(order: int) -> int:
    """The number on the invoice of the order with this id."""
    return FIRST_NUMBER + 2 * order


def fill(database: sqlite3.Connection) -> None:
    """Make the tables and their rows."""
    choices = random.Random("storefront orders")
    for statement in TABLES.split(";"):
        database.execute(statement)
    buyers = [user for user in range(1, USERS + 1) if has_orders(user)]
    orders, items = [], []
    for order in range(1, ORDERS + 1):
        # The first page of users has orders whatever the dice say, and one user has very many.
        user = buyers[order - 1] if order <= 20 else choices.choice(buyers) if order % 50 else 42
        currency = choices.choice(tuple(MINOR_UNITS_PER_CENT)) if choices.random() < 0.3 else "EUR"
        lines = _lines(choices, order, MINOR_UNITS_PER_CENT[currency])
        total = sum(quantity * price for _, quantity, price in lines)
        placed_at = FIRST_DAY + order * 18_000_000_000_000 + choices.randrange(9_000_000_000) * 1_000
        note = choices.choice(NOTES) if choices.random() < 0.2 else None
        status = choices.choice(STATUSES)
        placed_at = AWKWARD_TIMES.get(order, placed_at)
        orders.append((order, str(user), order_number(order), status, total, currency, placed_at, note))
        items += [(order, *line) for line in lines]
    database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)", orders)
    database.executemany("INSERT INTO items VALUES (?, ?, ?, ?)", items)


def _lines(choices: random.Random, order: int, factor: int) -> list[tuple[str, int, int]]:
    """SKU, quantity and price of one piece, in minor units, of which `factor` make a cent of EUR."""
    skus = choices.sample(list(CATALOGUE), choices.randint(1, 3))
    lines = [(sku, choices.randint(1, 4), CATALOGUE[sku][1] * factor) for sku in skus]
    if order in AWKWARD_PRICES:
        sku, _, _ = lines[0]
        lines[0] = (sku, 1, AWKWARD_PRICES[order])
    return lines
