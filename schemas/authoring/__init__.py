"""Write a subgraph in Python: types, keys, and which call gives which field."""

from schemas.authoring.by_key import by_key
from schemas.authoring.connect import connect, connect_entity
from schemas.authoring.key import key
from schemas.authoring.local import Info, local
from schemas.authoring.member import from_, reference
from schemas.authoring.placeholder import batch, joined
from schemas.authoring.policies import (
    Authenticated,
    Cached,
    Fallback,
    Owner,
    Policy,
    Public,
    RateLimit,
    RequiresRole,
    RequiresScopes,
    guarded,
)
from schemas.authoring.scalars import BigInt
from schemas.authoring.source import GrpcSource, RestSource
from schemas.connect import Header

__all__ = [
    "Authenticated",
    "BigInt",
    "Cached",
    "Fallback",
    "GrpcSource",
    "Header",
    "Info",
    "Owner",
    "Policy",
    "Public",
    "RateLimit",
    "RequiresRole",
    "RequiresScopes",
    "RestSource",
    "batch",
    "by_key",
    "connect",
    "connect_entity",
    "from_",
    "guarded",
    "joined",
    "key",
    "local",
    "reference",
]
