"""The types of a service that uses everything protobuf has, and real servers that answer with them."""

import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

from connectors.grpc.types import GrpcTypes, types_from_files

PROTOS = Path(__file__).parent / "protos"


@pytest.fixture(scope="session")
def protos() -> Path:
    """The folder from which the test's `.proto` files import one another."""
    return PROTOS


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileDescriptorSet:
    """The test's `.proto` files as protoc reads them, without the well-known types."""
    target = tmp_path_factory.mktemp("compiled") / "everything.binpb"
    well_known = Path(sys.modules["grpc_tools"].__path__[0]) / "_proto"
    files = [str(file.relative_to(PROTOS)) for file in sorted(PROTOS.rglob("*.proto"))]
    arguments = ["protoc", f"--proto_path={PROTOS}", f"--proto_path={well_known}", f"--descriptor_set_out={target}"]
    assert protoc.main([*arguments, *files]) == 0
    return FileDescriptorSet.FromString(target.read_bytes())


@pytest.fixture(scope="session")
def types(compiled: FileDescriptorSet) -> GrpcTypes:
    """The types of `interlace.test.EverythingService`."""
    return types_from_files(compiled.file, "everything")
