"""Read the types of a service from files: `.proto` files, or descriptor sets that protoc has made of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import DecodeError

from connectors.grpc.proto.read_file import read_proto
from connectors.grpc.types import WELL_KNOWN_FILES, GrpcTypes, TypesInvalid, types_from_files

DESCRIPTOR_SETS = frozenset({".binpb", ".desc", ".fds", ".pb", ".protoset"})
MOST_BYTES = 64 * 1024 * 1024


def types_from_path(path: Path) -> GrpcTypes:
    """The types in a `.proto` file and its imports, in all of a folder, or in a descriptor set (`.binpb` and the like).

    The imports of a file are looked for from its own folder upwards, those of a folder from there. One that is not
    found does no harm where only options need it. Raises TypesInvalid, or ProtoInvalid with file, line and column.
    """
    if path.is_dir():
        found = sorted(path.rglob("*.proto"))
        if not found:
            raise TypesInvalid(f"{path}: there is no .proto file in this folder")
        return types_from_files(_with_imports(found, [path.resolve()]), str(path))
    if not path.is_file():
        raise TypesInvalid(f"{path}: there is no such file")
    if path.suffix == ".proto":
        return types_from_files(_with_imports([path], path.resolve().parents), str(path))
    if path.suffix in DESCRIPTOR_SETS:
        return types_from_files(_descriptor_set(path), str(path))
    known = ", ".join((".proto", *sorted(DESCRIPTOR_SETS)))
    raise TypesInvalid(f"{path}: the name of a file with types ends with one of {known}")


def _descriptor_set(path: Path) -> Iterable[FileDescriptorProto]:
    try:
        return FileDescriptorSet.FromString(_bytes(path)).file
    except DecodeError as error:
        message = "this is no descriptor set: make one with protoc --include_imports --descriptor_set_out=FILE"
        raise TypesInvalid(f"{path}: {message}") from error


def _with_imports(paths: Sequence[Path], roots: Sequence[Path]) -> Iterable[FileDescriptorProto]:
    """These files and all that they import, each under the name by which others import it."""
    read: dict[Path, FileDescriptorProto] = {}
    waiting = [(path.resolve(), _name(path.resolve(), roots)) for path in reversed(paths)]
    while waiting:
        path, name = waiting.pop()
        if path in read:
            continue
        read[path] = read_proto(_text(path), name)
        for imported in read[path].dependency:
            found = _find(imported, roots)
            if found is not None and imported not in WELL_KNOWN_FILES:
                waiting.append((found, imported))
    return read.values()


def _name(path: Path, roots: Sequence[Path]) -> str:
    """The path from the root, where there is one root; a file that stands alone goes by its own name."""
    return path.relative_to(roots[0]).as_posix()


def _find(imported: str, roots: Sequence[Path]) -> Path | None:
    parts = PurePosixPath(imported)
    if parts.is_absolute() or ".." in parts.parts:
        return None
    return next((root / parts for root in roots if (root / parts).is_file()), None)


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TypesInvalid(f"{path}: a .proto file is UTF-8 text") from error


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise TypesInvalid(f"{path}: {error.strerror or error}") from error
    if len(content) > MOST_BYTES:
        raise TypesInvalid(f"{path}: the file is larger than {MOST_BYTES} bytes")
    return content
