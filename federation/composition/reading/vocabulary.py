"""What a document's names mean: which of its directives and types are federation's, under which version."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import DirectiveDefinitionNode, DocumentNode

from federation.composition.errors import CompositionError
from federation.composition.reading.federation_words import (
    ADOPTED_WORDS,
    FIRST_WORDS,
    NEWEST,
    OLDEST,
    STANDALONE,
    TYPES,
    WORDS,
)
from federation.composition.reading.links import FEDERATION_IDENTITY, LINK_IDENTITY, Import, Link, read_links
from schemas.connect_links import connect_links
from schemas.policy_words import policy_names
from schemas.problems import Problem

LINK_VERSIONS = ((1, 0),)
OPERATION_TYPES = frozenset({"_Any", "_Entity", "_Service", "_FieldSet"})
OPERATION_FIELDS = frozenset({"_entities", "_service"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`version` is None in a federation 1 document. `words` maps local directive names to federation's words,
    and to those of connect and policy specifications; `types` maps federation's types to their local names.

    `connect_words` and `policy_words` are the local names of those specifications' directives.
    """

    version: tuple[int, int] | None
    links: tuple[Link, ...]
    words: Mapping[str, str]
    types: Mapping[str, str]
    connect_words: frozenset[str]
    link_name: str = "link"
    policy_words: frozenset[str] = frozenset()

    @property
    def literal_words(self) -> frozenset[str]:
        """Directives whose values others read, and which travel as they are written."""
        return self.connect_words | self.policy_words

    def link_of(self, directive: str) -> Link | None:
        """The specification from which the document has this directive."""
        return next((link for link in self.links if link.word(directive) is not None), None)

    def local(self, word: str) -> str:
        """What the document calls federation's `word`."""
        return next((name for name, meant in self.words.items() if meant == word), word)


def read_vocabulary(document: DocumentNode, errors: list[CompositionError]) -> Vocabulary:
    """The document's names; links that cannot be followed go to `errors`."""
    links = read_links(document, errors)
    federation = next((link for link in links if link.identity == FEDERATION_IDENTITY), None)
    own = next((link for link in links if link.identity == LINK_IDENTITY), None)
    _check_versions(federation, own, errors)
    words: dict[str, str] = {}
    for link in links:
        for word in STANDALONE.get(link.identity, ()):
            words[link.local_directive(word)] = word
    if federation is None:
        defined = {node.name.value for node in document.definitions if isinstance(node, DirectiveDefinitionNode)}
        words.update({word: word for word in (*FIRST_WORDS, *(word for word in ADOPTED_WORDS if word in defined))})
        types = {"FieldSet": "federation__FieldSet"}
    else:
        _check_imports(federation, errors)
        known = [word for word, definition in WORDS.items() if definition.since <= federation.version]
        words.update({federation.local_directive(word): word for word in known})
        types = {word: federation.local_type(word) for word, since in TYPES.items() if since <= federation.version}
    problems: list[Problem] = []
    connect_words: dict[str, str] = {}
    for connect in connect_links(document, "", problems):
        connect_words.update(connect.names)
    policy_words = policy_names(document, "", problems)
    errors.extend(CompositionError("INVALID_LINK_DIRECTIVE_USAGE", problem.message) for problem in problems)
    return Vocabulary(
        version=federation.version if federation else None,
        links=links,
        words={**words, **connect_words, **policy_words},
        types=types,
        connect_words=frozenset(connect_words),
        link_name=own.namespace if own else "link",
        policy_words=frozenset(policy_words),
    )


def _check_versions(federation: Link | None, own: Link | None, errors: list[CompositionError]) -> None:
    if federation is not None and not OLDEST <= federation.version <= NEWEST:
        message = f"There is no version {_version(federation.version)} of federation: link v2.0 to {_version(NEWEST)}"
        errors.append(CompositionError("UNKNOWN_FEDERATION_LINK_VERSION", message))
    if own is not None and own.version not in LINK_VERSIONS:
        message = f"There is no version {_version(own.version)} of the link specification: link v1.0"
        errors.append(CompositionError("UNKNOWN_LINK_VERSION", message))


def _version(version: tuple[int, int]) -> str:
    return f"v{version[0]}.{version[1]}"


def _check_imports(federation: Link, errors: list[CompositionError]) -> None:
    for item in federation.imports:
        since = _since(item)
        if since is not None and since <= federation.version:
            continue
        found = f"it comes with v{since[0]}.{since[1]}" if since else "check its spelling"
        message = f'Federation {_version(federation.version)} has no "{item.name}" to import: {found}'
        errors.append(CompositionError("INVALID_LINK_DIRECTIVE_USAGE", message))


def _since(item: Import) -> tuple[int, int] | None:
    if not item.name.startswith("@"):
        return TYPES.get(item.name)
    word = WORDS.get(item.name.removeprefix("@"))
    return word.since if word else None
