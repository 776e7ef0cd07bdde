"""Amounts of money: whole minor units in the database, exact decimal text outside."""

DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
# What the shop reckons with; its prices are set in EUR.
MINOR_UNITS_PER_CENT = {"EUR": 1, "USD": 1, "JPY": 2, "KWD": 3}


def decimal_text(minor_units: int, currency: str) -> str:
    """`123450, "EUR"` as `1234.50`."""
    digits = DIGITS[currency]
    if digits == 0:
        return str(minor_units)
    whole, rest = divmod(minor_units, 10**digits)
    return f"{whole}.{rest:0{digits}d}"
