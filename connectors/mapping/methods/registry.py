"""All methods by name. A new method is a function in its family's file, and nothing else."""

from collections.abc import Mapping
from types import MappingProxyType

from connectors.mapping.methods.arithmetic import ARITHMETIC
from connectors.mapping.methods.choosing import CHOOSING
from connectors.mapping.methods.comparing import COMPARING
from connectors.mapping.methods.converting import CONVERTING
from connectors.mapping.methods.lists import LISTS
from connectors.mapping.methods.logic import LOGIC
from connectors.mapping.methods.measuring import MEASURING
from connectors.mapping.methods.method import Method
from connectors.mapping.methods.objects import OBJECTS
from connectors.mapping.methods.strings import STRINGS

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        **LISTS,
        **MEASURING,
        **OBJECTS,
        **STRINGS,
        **COMPARING,
        **LOGIC,
        **CHOOSING,
        **ARITHMETIC,
        **CONVERTING,
    }
)
