"""Make up operations on any schema: aliases, arguments, variables, fragments, conditions, type names."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_input_object_type,
)

VARIABLES = {"yes": True, "no": False, "number": 3}
HEAD = "($yes: Boolean!, $no: Boolean!, $number: Int!)"
CONDITIONS = ("@include(if: $yes)", "@include(if: $no)", "@skip(if: $yes)", "@skip(if: $no)", "@include(if: true)")


@dataclass(slots=True)
class RandomOperation:
    """Writes one operation; `is_valid` must be asked of GraphQL, since aliases are given at random."""

    schema: GraphQLSchema
    random: Random
    most_fields: int = 40
    fragments: list[str] = field(default_factory=list)

    def write(self) -> str:
        """The document."""
        kind = "mutation" if self.schema.mutation_type and self.random.random() < 0.15 else "query"
        root = self.schema.mutation_type if kind == "mutation" else self.schema.query_type
        body = self._selections(root, self.random.randint(2, 5))
        used = [text for text in ("yes", "no", "number") if f"${text}" in body + "".join(self.fragments)]
        declared = ", ".join(f"${name}: {'Int' if name == 'number' else 'Boolean'}!" for name in used)
        return f"{kind} {f'({declared})' if declared else ''} {body} {' '.join(self.fragments)}"

    def _selections(self, owner: Any, depth: int) -> str:
        parts: list[str] = []
        if isinstance(owner, GraphQLObjectType | GraphQLInterfaceType):
            fields = [item for item in owner.fields.items() if depth > 1 or not _is_composite(item[1])]
            count = self.random.randint(1, 4) if fields else 0
            parts += [self._field(*self.random.choice(fields), depth) for _ in range(count)]
        if is_abstract_type(owner):
            possible = sorted(self.schema.get_possible_types(owner), key=str)
            some = self.random.sample(possible, self.random.randint(0, min(3, len(possible))))
            parts += [f"... on {each.name} {self._condition()} {self._selections(each, depth - 1)}" for each in some]
        if self.random.random() < 0.1 and depth > 1:
            parts.append(self._fragment(owner, depth))
        if not parts or self.random.random() < 0.15:
            parts.append(f"{self._alias('t')}__typename")
        return f"{{ {' '.join(parts)} }}"

    def _fragment(self, owner: Any, depth: int) -> str:
        body = self._selections(owner, depth - 1)
        if self.random.random() < 0.5:
            return f"... {self._condition()} {body}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {owner.name} {body}")
        return f"...{name} {self._condition()}"

    def _field(self, name: str, definition: GraphQLField, depth: int) -> str:
        arguments = [
            f"{key}: {self._literal(argument.type)}"
            for key, argument in definition.args.items()
            if isinstance(argument.type, GraphQLNonNull) or self.random.random() < 0.4
        ]
        given = f"({', '.join(arguments)})" if arguments else ""
        self.most_fields -= 1
        deeper = depth - 1 if self.most_fields > 0 else 1
        inner = self._selections(get_named_type(definition.type), deeper) if _is_composite(definition) else ""
        return f"{self._alias(name)}{name}{given} {self._condition()} {inner}"

    def _alias(self, name: str) -> str:
        return self.random.choice(("", "", "", "", f"{name}_: ", "a: ", "id: "))

    def _condition(self) -> str:
        return self.random.choice(CONDITIONS) if self.random.random() < 0.12 else ""

    def _literal(self, kind: Any) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._literal(kind.of_type)
        if isinstance(kind, GraphQLList):
            return f"[{self._literal(kind.of_type)}]"
        if isinstance(kind, GraphQLEnumType):
            return min(kind.values)
        if is_input_object_type(kind):
            return "{" + ", ".join(f"{name}: {self._literal(item.type)}" for name, item in kind.fields.items()) + "}"
        if kind.name == "Int" and self.random.random() < 0.3:
            return "$number"
        return {"Int": str(self.random.randint(1, 2)), "Float": "1.5", "Boolean": "true"}.get(kind.name, '"x"')


def _is_composite(definition: GraphQLField) -> bool:
    return is_composite_type(get_named_type(definition.type))
