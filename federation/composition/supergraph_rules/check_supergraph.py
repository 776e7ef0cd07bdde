"""Hold the merged schema against the laws of supergraphs."""

from collections.abc import Callable

from federation.composition.merging.draft import Draft
from federation.composition.supergraph_rules.composed_directives_are_in_place import composed_directives_are_in_place
from federation.composition.supergraph_rules.implementations_have_interface_fields import (
    implementations_fit_interface_fields,
    implementations_have_interface_fields,
    types_implement_interfaces,
)
from federation.composition.supergraph_rules.interface_keys_cover_all_types import (
    interface_keys_cover_all_types,
    interface_objects_stand_for_interfaces,
)
from federation.composition.supergraph_rules.required_fields_are_allowed import required_fields_are_allowed
from federation.composition.supergraph_rules.required_fields_exist import required_fields_exist
from federation.composition.supergraph_rules.visible_defaults_are_visible_values import (
    visible_defaults_are_visible_values,
)
from federation.composition.supergraph_rules.visible_interfaces_are_implemented_visibly import (
    required_inputs_are_visible,
    visible_interfaces_are_implemented_visibly,
)
from federation.composition.supergraph_rules.visible_parts_have_visible_types import visible_parts_have_visible_types
from federation.composition.supergraph_rules.visible_types_have_visible_parts import visible_types_have_visible_parts

Rule = Callable[[Draft], None]

# Each stage takes for granted what the stages before it made sure of.
STAGES: tuple[tuple[Rule, ...], ...] = (
    (interface_keys_cover_all_types, interface_objects_stand_for_interfaces),
    (implementations_have_interface_fields, required_fields_exist, required_fields_are_allowed),
    (types_implement_interfaces, implementations_fit_interface_fields),
    (
        composed_directives_are_in_place,
        visible_parts_have_visible_types,
        visible_types_have_visible_parts,
        visible_interfaces_are_implemented_visibly,
        required_inputs_are_visible,
        visible_defaults_are_visible_values,
    ),
)


def check_supergraph(draft: Draft) -> None:
    """Add to the draft's errors everything that is wrong with what was merged; the first stage runs in any case."""
    for number, stage in enumerate(STAGES):
        if number and draft.errors:
            return
        for rule in stage:
            rule(draft)
