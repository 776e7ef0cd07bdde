"""A field that several subgraphs resolve is shareable in each of them."""

from federation.composition.merging.draft import Draft, Sources
from federation.composition.merging.overrides import Overrides
from federation.composition.schema_model import Field, TypeModel
from schemas.supergraph import TypeKind


def check_sharing(
    draft: Draft, parent: TypeModel, merged: Field, sources: Sources[Field], overrides: Overrides
) -> None:
    """INVALID_FIELD_SHARING where a second subgraph resolves what another one keeps to itself."""
    if parent.kind is not TypeKind.OBJECT:
        return
    if parent.name == "Subscription":
        _check_subscription(draft, merged, sources)
    resolving: list[tuple[int, str, bool]] = []
    left_out = overrides.gone | overrides.migrating
    for index, _ in sources:
        roles = draft.roles[index]
        if index not in left_out and not roles.is_fully_external(parent.name, merged.name):
            resolving.append((index, "", roles.is_shareable(parent.name, merged.name)))
    for index, interface in draft.through_interface_objects(parent, merged.name):
        roles = draft.roles[index]
        if not roles.is_fully_external(interface, merged.name):
            resolving.append((index, interface, roles.is_shareable(interface, merged.name)))
    keeping = [index for index, _, is_shareable in resolving if not is_shareable]
    if not keeping or len(resolving) < 2:
        return
    place = f"{parent.name}.{merged.name}"
    through = "".join(
        f' (in {draft.names([index])} through the @interfaceObject "{interface}")'
        for index, interface, _ in resolving
        if interface
    )
    draft.error(
        "INVALID_FIELD_SHARING",
        f'Field "{place}" is resolved in {draft.names(index for index, _, _ in resolving)}{through}, but is not '
        f"shareable in {draft.names(keeping)}. Mark it @shareable everywhere, or resolve it in one subgraph only",
    )


def _check_subscription(draft: Draft, merged: Field, sources: Sources[Field]) -> None:
    """A stream of events comes from one place: two subgraphs would give different ones."""
    sharing = [index for index, _ in sources if draft.roles[index].is_shareable("Subscription", merged.name)]
    if sharing:
        draft.error(
            "INVALID_FIELD_SHARING",
            f'"Subscription.{merged.name}" is @shareable in {draft.names(sharing)}: subscriptions cannot be shared',
        )
