"""The directives by which policies are written in SDL: our own, and those of federation that are read beside them."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from graphql import DocumentNode, StringValueNode

from schemas.connect_links import link_names, schema_directives
from schemas.problems import Problem, problem_at

POLICY_LINK = "https://interlace.dev/policy/v0.1"
IDENTITY = "https://interlace.dev/policy/"
SPECIFICATION = re.compile(r"https://interlace\.dev/policy/v(?P<version>\d+\.\d+)/?")
VERSIONS = ("0.1",)

# For each directive of ours its arguments; true where they must be given.
WORDS: Mapping[str, Mapping[str, bool]] = MappingProxyType(
    {
        "hasRole": {"roles": True, "mode": False},
        "owner": {"when": True, "orRoles": False, "mode": False},
        "public": {},
        "rateLimit": {"limit": True, "key": False, "per": False, "by": False, "algorithm": False, "mode": False},
        "cacheControl": {
            "maxAge": True,
            "scope": False,
            "swr": False,
            "staleIfError": False,
            "tags": False,
            "mode": False,
        },
        "fallback": {"stale": False, "default": False, "defaultJson": False},
    }
)
# Federation's own, which composition checks and merges.
FEDERATION_WORDS = ("authenticated", "requiresScopes", "policy", "cost", "listSize")


def policy_names(document: DocumentNode, origin: str, problems: list[Problem]) -> Mapping[str, str]:
    """What the document calls our directives: local names and the words meant. Bad links go to `problems`."""
    names: dict[str, str] = {}
    for node in schema_directives(document, "link"):
        values = {argument.name.value: argument.value for argument in node.arguments or ()}
        url = values.get("url")
        if not isinstance(url, StringValueNode) or not url.value.startswith(IDENTITY):
            continue
        match = SPECIFICATION.fullmatch(url.value)
        if match is None or match["version"] not in VERSIONS:
            known = ", ".join(f"v{version}" for version in VERSIONS)
            problems.append(problem_at(url, f"{url.value} is not known here: use {known}", origin))
            continue
        # None of them is named like the specification, so that all need an import or stand behind its name.
        names.update(link_names(values, "policy", tuple(WORDS), POLICY_LINK, origin, problems))
    return MappingProxyType(names)
