"""Scalars that services need: some that GraphQL lacks, some that we describe in our own words."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

BigInt = NewType("BigInt", int)


def _to_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        message = f"BigInt is a whole number or a string of digits, not {type(value).__name__}"
        raise TypeError(message)
    return int(value)


def _to_moment(value: object) -> datetime:
    if not isinstance(value, str):
        message = f"DateTime is ISO 8601 text, not {type(value).__name__}"
        raise TypeError(message)
    return datetime.fromisoformat(value)


def _to_decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str):
        message = f"Decimal is text, so that nothing is lost, not {type(value).__name__}"
        raise TypeError(message)
    return Decimal(value)


SCALARS: Mapping[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of up to 64 bits. Beyond 2^53 JavaScript cannot hold it as a number.",
        serialize=_to_int,
        parse_value=_to_int,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment, as ISO 8601 text with its offset from UTC.",
        serialize=datetime.isoformat,
        parse_value=_to_moment,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, as text.",
        serialize=str,
        parse_value=_to_decimal,
    ),
}
