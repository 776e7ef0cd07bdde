"""Get the types of a source: from the files that it names, or from the service itself."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from connectors.grpc.read_types import types_from_path
from connectors.grpc.reflect import types_from_reflection
from connectors.grpc.types import GrpcTypes
from schemas.connect import Source


async def types_of_source(source: Source, addresses: Sequence[str], folder: Path, deadline: float) -> GrpcTypes:
    """The types of `@source(grpc: ...)`; `proto` is a path from `folder`, that of the file in which it stands.

    Without `proto` the first of `addresses` (`host:port`) that answers before `deadline` (loop time) is asked. Raises
    BindingInvalid with what is wrong and what to do, for operators: it may name addresses.
    """
    if source.proto is not None:
        # Many files may be read, and a gateway that reloads answers requests meanwhile.
        return await asyncio.to_thread(types_from_path, folder / source.proto)
    return await types_from_reflection(addresses, deadline, f"the source '{source.name}'")
