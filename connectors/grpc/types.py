"""The messages and methods of gRPC services, known without generated code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from google.protobuf import (
    any_pb2,
    api_pb2,
    descriptor_pb2,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    source_context_pb2,
    struct_pb2,
    timestamp_pb2,
    type_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from connectors.errors import BindingInvalid
from schemas.problems import suggest

WELL_KNOWN_FILES: Mapping[str, FileDescriptorProto] = MappingProxyType(
    {
        module.DESCRIPTOR.name: FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        for module in (
            any_pb2,
            api_pb2,
            descriptor_pb2,
            duration_pb2,
            empty_pb2,
            field_mask_pb2,
            source_context_pb2,
            struct_pb2,
            timestamp_pb2,
            type_pb2,
            wrappers_pb2,
        )
    }
)


class TypesInvalid(BindingInvalid):
    """The types of a service cannot be had, or contradict each other."""

    code = "GRPC_TYPES_INVALID"


class MethodUnknown(BindingInvalid):
    """A binding names a method that the service does not have, or that a field cannot call."""

    code = "GRPC_METHOD_UNKNOWN"


@dataclass(frozen=True, slots=True)
class GrpcMethod:
    """One method; `name` is as in `shop.v1.OrderService/GetOrder`."""

    name: str
    input: Descriptor
    output: Descriptor
    input_class: type[Message]
    output_class: type[Message]
    server_streaming: bool

    @property
    def path(self) -> str:
        """The method as HTTP/2 names it."""
        return f"/{self.name}"


@dataclass(frozen=True, slots=True)
class GrpcTypes:
    """All messages and methods of one source; never changed after it is made."""

    pool: DescriptorPool
    services: tuple[str, ...]

    def method(self, name: str) -> GrpcMethod:
        """The method of this full name; raises MethodUnknown with the nearest names there are."""
        service_name, _, method_name = name.partition("/")
        if service_name not in self.services:
            known = f" Known: {', '.join(self.services)}." if self.services else " No service is known."
            raise MethodUnknown(
                f"there is no gRPC service '{service_name}'.{suggest(service_name, self.services) or known}"
            )
        methods = self.pool.FindServiceByName(service_name).methods_by_name
        if method_name not in methods:
            hint = suggest(method_name, methods) or f" It has: {', '.join(sorted(methods))}."
            raise MethodUnknown(f"the gRPC service '{service_name}' has no method '{method_name}'.{hint}")
        return _method(name, methods[method_name])

    def method_names(self) -> tuple[str, ...]:
        """Every method, in the order of the services and of their definitions."""
        return tuple(
            f"{service}/{method.name}"
            for service in self.services
            for method in self.pool.FindServiceByName(service).methods
        )


def types_from_files(files: Iterable[FileDescriptorProto], origin: str) -> GrpcTypes:
    """The types that `files` define; `origin` says in errors where they came from.

    The well-known types need not be among them. Other imports that are missing are left out: options often come from
    files that servers do not carry. Raises TypesInvalid when the rest contradicts itself or needs what is missing.
    """
    by_name: dict[str, FileDescriptorProto] = {}
    for file in files:
        known = by_name.setdefault(file.name, file)
        if known != file:
            raise TypesInvalid(f"{origin}: '{file.name}' is defined twice, and differently")
    pool = DescriptorPool()
    problems = [problem for file, missing in _imports_first(by_name, origin) for problem in _add(pool, file, missing)]
    if problems:
        raise TypesInvalid("\n".join(f"{origin}: {problem}" for problem in problems))
    services = {_full_name(file, service.name) for file in by_name.values() for service in file.service}
    return GrpcTypes(pool, tuple(sorted(services)))


def _method(name: str, method: MethodDescriptor) -> GrpcMethod:
    if method.client_streaming:
        raise MethodUnknown(f"'{name}' takes a stream of requests, which a field cannot send: bind another method")
    return GrpcMethod(
        name=name,
        input=method.input_type,
        output=method.output_type,
        input_class=GetMessageClass(method.input_type),
        output_class=GetMessageClass(method.output_type),
        server_streaming=method.server_streaming,
    )


def _imports_first(
    by_name: Mapping[str, FileDescriptorProto], origin: str
) -> Iterator[tuple[FileDescriptorProto, Sequence[str]]]:
    """Every file after those that it imports, without the imports that are missing, and the names of these."""
    available = {**WELL_KNOWN_FILES, **by_name}
    waiting = [*by_name]
    imports: dict[str, tuple[str, ...]] = {}
    while waiting:
        name = waiting.pop()
        if name not in imports:
            imports[name] = tuple(other for other in available[name].dependency if other in available)
            waiting.extend(imports[name])
    try:
        for name in TopologicalSorter({name: imports[name] for name in sorted(imports)}).static_order():
            missing = [other for other in available[name].dependency if other not in available]
            yield _without(missing, available[name]), missing
    except CycleError as error:
        raise TypesInvalid(
            f"{origin}: these files import one another in a circle: {', '.join(error.args[1])}"
        ) from error


def _without(missing: Sequence[str], file: FileDescriptorProto) -> FileDescriptorProto:
    if not missing:
        return file
    kept = [position for position, name in enumerate(file.dependency) if name not in missing]
    reduced = FileDescriptorProto()
    reduced.CopyFrom(file)
    reduced.dependency[:] = [file.dependency[position] for position in kept]
    reduced.public_dependency[:] = [kept.index(position) for position in file.public_dependency if position in kept]
    reduced.weak_dependency[:] = [kept.index(position) for position in file.weak_dependency if position in kept]
    return reduced


def _add(pool: DescriptorPool, file: FileDescriptorProto, missing: Sequence[str]) -> Iterator[str]:
    try:
        pool.AddSerializedFile(file.SerializeToString())
    except TypeError as error:
        reason = str(error).partition("descriptor pool: ")[2] or str(error)
        imports = ", ".join(f"'{name}'" for name in missing)
        lacking = f" (it imports {imports}, which is not there)" if missing else ""
        yield f"'{file.name}' cannot be used: {reason}{lacking}"


def _full_name(file: FileDescriptorProto, name: str) -> str:
    return f"{file.package}.{name}" if file.package else name
