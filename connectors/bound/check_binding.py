"""Hold a binding against the types of its graph before the first fetch does."""

from connectors.batching import batch_of_entities, batch_of_fields
from connectors.errors import BindingInvalid, CannotPrepare
from connectors.mapping.graph_types import field_type
from connectors.mapping.items import items_of
from connectors.mapping.parse import parse_selection
from schemas.connect import Connect
from schemas.supergraph import Graph


def check_binding(connect: Connect, graph: Graph) -> None:
    """Raise BindingInvalid when the selection or `groupBy` cannot be read, or items could not find their entities."""
    selection = parse_selection(connect.selection)
    if not connect.batched:
        return
    owner, _, name = connect.coordinate.partition(".")
    if name:
        batch_of_fields(connect, many=field_type(graph, owner, name).depth > 0)
        return
    try:
        batch_of_entities(connect, graph, items_of(selection))
    except CannotPrepare as error:
        message = f"the selection has to give the key '{connect.key}', to tell which item is which entity"
        raise BindingInvalid(message) from error
