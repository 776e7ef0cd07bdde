"""Make the connector of every graph of a supergraph."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from connectors.errors import BindingInvalid
from connectors.graphql.connector import GraphQLConnector
from connectors.graphql.lookups import LookupConnector
from connectors.grpc.connector import GrpcConnector
from connectors.grpc.types import GrpcTypes
from connectors.grpc.types_of_source import types_of_source
from connectors.local.connector import LocalConnector
from connectors.protocol import Connector
from connectors.rest.connector import RestConnector
from connectors.rest.service import HttpCalls
from connectors.transforms.transformed_calls import TransformedCalls
from connectors.transforms.transforms import Transforms
from federation.assembly.load_subgraphs import modules as configured_modules
from federation.assembly.services import Services
from federation.assembly.transforms import make_transforms
from federation.config.place import Place
from federation.config.routes_section import TransformSection
from federation.config.sections import Config, ServiceLimits
from federation.errors import ConfigurationError
from federation.execution.graph_connector import GraphConnector
from schemas.authoring.local_schema import local_schema
from schemas.connect import Connect, Protocol, Source
from schemas.supergraph import Graph, Supergraph

REFLECTION_SECONDS = 10.0
Types: TypeAlias = Mapping[tuple[str, Source], GrpcTypes]


async def make_connectors(
    supergraph: Supergraph, services: Services, config: Config, *, asks: bool = True
) -> dict[str, GraphConnector]:
    """The connectors by the names of their graphs. Raises ConfigurationError with every problem.

    Where it does not ask services for their types, those that have to be asked have no connector.
    """
    problems: list[str] = []
    wanted = (each for each in supergraph.graphs.values() if asks or not _is_asked(each))
    types = await _grpc_types(wanted, services, config, problems)
    modules = configured_modules(config)
    made: dict[str, GraphConnector] = {}
    for name, graph in supergraph.graphs.items():
        try:
            made[name] = _make(graph, services, modules, types)
        except BindingInvalid as error:
            problems.extend(str(error).splitlines())
        except KeyError:
            continue  # its types could not be had, which is among the problems
    if problems:
        raise ConfigurationError(tuple(dict.fromkeys(problems)))
    return made


def _make(graph: Graph, services: Services, modules: Mapping[str, str], types: Types) -> GraphConnector:
    if graph.connect is not None:
        return _make_bound(graph, graph.connect, services, types)
    if graph.subgraph in modules:
        local = LocalConnector(local_schema(modules[graph.subgraph]), graph)
        return GraphConnector(local, graph.subgraph)
    service, path = services.graphql(graph)
    name, limits = services.limits(graph.subgraph, graph.subgraph)
    _refuse_transform(limits, services.place(name), "GraphQL: rename its fields in its schema")
    connector = GraphQLConnector(
        graph, service, path, forward_headers=limits.forward_headers, expose_errors=limits.expose_errors
    )
    if graph.lookups:
        return GraphConnector(LookupConnector(connector, graph.lookups), name, limits.timeout)
    return GraphConnector(connector, name, limits.timeout)


def _make_bound(graph: Graph, connect: Connect, services: Services, types: Types) -> GraphConnector:
    name, limits = services.limits(graph.subgraph, connect.source.name)
    connector: Connector
    if connect.source.protocol is Protocol.GRPC:
        service, _ = services.grpc(graph.subgraph, connect.source)
        _refuse_transform(limits, services.place(name), "gRPC: say in 'body' and 'selection' how members are called")
        connector = GrpcConnector(connect, service, graph, types[graph.subgraph, connect.source])
    else:
        calls: HttpCalls = services.http(graph.subgraph, connect.source)
        if limits.transform is not None:
            calls = TransformedCalls(calls, _transforms(limits.transform, services.place(name)))
        connector = RestConnector(connect, calls, graph)
    return GraphConnector(connector, name, limits.timeout)


def _transforms(section: TransformSection, service: Place) -> Transforms:
    problems: list[str] = []
    made = make_transforms(section, service / "transform", problems)
    if problems:
        raise BindingInvalid("\n".join(problems))
    return made


def _refuse_transform(limits: ServiceLimits, service: Place, reason: str) -> None:
    if limits.transform is not None:
        raise BindingInvalid(f"{service / 'transform'}: is for REST services, and this one speaks {reason}")


def _is_asked(graph: Graph) -> bool:
    """Whether the types of its service are known by the service alone."""
    connect = graph.connect
    return connect is not None and connect.source.protocol is Protocol.GRPC and connect.source.proto is None


async def _grpc_types(graphs: Iterable[Graph], services: Services, config: Config, problems: list[str]) -> Types:
    """The types of every gRPC source, from the files that it names or as its service describes them."""
    wanted = dict.fromkeys(
        (graph.subgraph, graph.connect.source)
        for graph in graphs
        if graph.connect is not None and graph.connect.source.protocol is Protocol.GRPC
    )
    deadline = asyncio.get_running_loop().time() + REFLECTION_SECONDS
    found: dict[tuple[str, Source], GrpcTypes] = {}

    async def learn(subgraph: str, source: Source) -> None:
        section = config.subgraphs.get(subgraph)
        folder = section.sdl.parent if section is not None and section.sdl is not None else Path()
        try:
            _, addresses = services.grpc(subgraph, source)
            found[subgraph, source] = await types_of_source(source, addresses, folder, deadline)
        except BindingInvalid as error:
            problems.append(str(error))

    async with asyncio.TaskGroup() as group:
        for subgraph, source in wanted:
            group.create_task(learn(subgraph, source))
    return found
