"""A source says where its types come from."""

from pathlib import Path
from typing import Any

import pytest

from connectors.grpc.types import TypesInvalid
from connectors.grpc.types_of_source import types_of_source
from schemas.connect import Protocol, Source


async def test_files_are_found_from_the_folder_of_the_subgraph(protos: Path, soon: Any) -> None:
    source = Source("everything", Protocol.GRPC, proto="test/everything.proto")

    types = await types_of_source(source, (), protos / "interlace", soon())

    assert types.services == ("interlace.test.EverythingService",)


async def test_without_a_file_the_service_is_asked(soon: Any) -> None:
    with pytest.raises(TypesInvalid, match=r"the source 'orders': no endpoint describes itself .*there is no endpoint"):
        await types_of_source(Source("orders", Protocol.GRPC), (), Path(), soon())
