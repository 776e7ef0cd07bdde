"""What the join specification adds to a supergraph: its link, its directives, one enum value for each subgraph.

Follows https://specs.apollo.dev/join/v0.3 to v0.5.
"""

from graphql import parse

from federation.composition.merging.draft import Draft
from federation.composition.reading.read_definitions import DefinitionReader
from federation.composition.schema_model import Applied, Element, TypeModel
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.values import EnumName
from schemas.supergraph import TypeKind

LINK = """
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

scalar link__Import

enum link__Purpose {
  "`SECURITY` features are needed to resolve fields safely."
  SECURITY
  "`EXECUTION` features are needed to execute operations."
  EXECUTION
}
"""

JOIN = """
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE

directive @join__field(
  graph: join__Graph
  requires: join__FieldSet
  provides: join__FieldSet
  type: String
  external: Boolean
  override: String
  usedOverridden: Boolean
  %s
) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION

directive @join__graph(name: String!, url: String!) on ENUM_VALUE

directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE

directive @join__type(
  graph: join__Graph!
  key: join__FieldSet
  extension: Boolean! = false
  resolvable: Boolean! = true
  isInterfaceObject: Boolean! = false
) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR

directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION

scalar join__FieldSet
"""

JOIN_DIRECTIVE = """
directive @join__directive(
  graphs: [join__Graph!]
  name: String!
  args: join__DirectiveArguments
) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION

scalar join__DirectiveArguments
"""

JOIN_CONTEXT = """
input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}

scalar join__FieldValue
"""


def add_join_definitions(draft: Draft) -> None:
    """Link and define `link` and `join`, and list the subgraphs in `join__Graph`."""
    minor = join_version(draft.subgraphs)
    links = [
        Applied("link", arguments={"url": "https://specs.apollo.dev/link/v1.0"}),
        Applied("link", arguments={"url": f"https://specs.apollo.dev/join/v0.{minor}", "for": EnumName("EXECUTION")}),
    ]
    draft.schema.schema.directives[:0] = links
    extra = ["overrideLabel: String"] * (minor >= 4) + ["contextArguments: [join__ContextArgument!]"] * (minor >= 5)
    text = LINK + JOIN % "\n  ".join(extra) + JOIN_DIRECTIVE * (minor >= 4) + JOIN_CONTEXT * (minor >= 5)
    definitions = DefinitionReader({}).read(parse(text, no_location=True))
    draft.schema.types.update(definitions.types)
    draft.schema.directives.update(definitions.directives)
    graph = TypeModel("join__Graph", kind=TypeKind.ENUM)
    for name, subgraph in zip(draft.graph_names, draft.subgraphs, strict=True):
        applied = Applied("join__graph", arguments={"name": subgraph.name, "url": subgraph.url})
        graph.values[name] = Element(name, directives=[applied])
    draft.schema.types["join__Graph"] = graph


def join_version(subgraphs: tuple[SubgraphSchema, ...]) -> int:
    """The minor version of join that the newest subgraph needs; connectors and policies need 0.5."""
    newest = max((subgraph.vocabulary.version or (1, 0) for subgraph in subgraphs), default=(1, 0))
    if newest >= (2, 8) or any(subgraph.vocabulary.literal_words for subgraph in subgraphs):
        return 5
    return 4 if newest >= (2, 7) else 3
