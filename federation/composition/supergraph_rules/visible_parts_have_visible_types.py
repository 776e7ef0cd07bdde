"""What clients can see is of types that they can see."""

from federation.composition.merging.draft import Draft
from federation.composition.supergraph_rules.visible_parts import inputs_of_visible_parts, visible_fields
from federation.composition.type_references import named


def visible_parts_have_visible_types(draft: Draft) -> None:
    """QUERY_ROOT_TYPE_INACCESSIBLE and REFERENCED_INACCESSIBLE."""
    hidden = {type_.name for type_ in draft.schema.types.values() if type_.has("inaccessible")}
    if "Query" in hidden:
        message = 'Type "Query" is @inaccessible, but clients start there: hide some of its fields instead'
        draft.error("QUERY_ROOT_TYPE_INACCESSIBLE", message)
    visible = [(place, field.type) for place, field in visible_fields(draft.schema)]
    visible += [
        (place, value.type) for place, value in inputs_of_visible_parts(draft.schema) if not value.has("inaccessible")
    ]
    visible += [
        (f"@{directive.name}({argument.name}:)", argument.type)
        for directive in draft.schema.directives.values()
        for argument in directive.arguments.values()
        if not argument.has("inaccessible")
    ]
    for place, type_ in visible:
        if named(type_) in hidden:
            draft.error(
                "REFERENCED_INACCESSIBLE",
                f'Type "{named(type_)}" is @inaccessible, but "{place}", which clients can see, is of that type. Hide '
                "that too, or show the type",
            )
