"""Compose recorded cases and say how often the outcome is the recorded one.

    python scripts/run_composition_cases.py FILE [--show N] [--code CODE] [--count-satisfiability]

FILE holds one case a line: `services`, and `errors` or `supergraphSdl` and `publicSdl` as a reference composer gave
them. SDL is compared without regard to order and descriptions.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    Node,
    NonNullTypeNode,
    StringValueNode,
    parse,
    print_ast,
)

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from federation.composition.compose import compose
from schemas.subgraph import Subgraph

SATISFIABILITY = "SATISFIABILITY_ERROR"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one case came out; `kind` names the first thing that differs, and is empty where nothing does."""

    case: str
    kind: str
    recorded: tuple[str, ...]
    found: tuple[str, ...]
    detail: str = ""


def main() -> None:
    """Run the cases of a file and print the agreement, then the groups that differ most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N examples of each group that differs")
    parser.add_argument("--code", default="", help="only groups that name this error code, or this kind of difference")
    parser.add_argument("--count-satisfiability", action="store_true", help="count cases that are unsatisfiable too")
    options = parser.parse_args()
    lines = options.file.read_text().splitlines()
    with ProcessPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(run_case, lines, chunksize=20))
    if not options.count_satisfiability:
        outcomes = [outcome for outcome in outcomes if outcome.recorded != (SATISFIABILITY,)]
    report(outcomes)
    groups = Counter((outcome.kind, outcome.recorded, outcome.found) for outcome in outcomes if outcome.kind)
    for group, count in groups.most_common():
        if options.code not in str(group):
            continue
        kind, recorded, found = group
        print(f"{count:5} {kind}: recorded {' '.join(recorded) or 'success'}, found {' '.join(found) or 'success'}")
        examples = [item for item in outcomes if (item.kind, item.recorded, item.found) == group]
        for outcome in examples[: options.show]:
            print(f"      {outcome.case}\n{outcome.detail}")


def report(outcomes: list[Outcome]) -> None:
    """Print the four figures."""
    failures = [item for item in outcomes if item.recorded]
    successes = [item for item in outcomes if not item.recorded]
    agreed = [item for item in failures if item.found]
    kinds = Counter(item.kind for item in outcomes)
    print(f"verdict     {share(len(outcomes) - kinds['verdict'], len(outcomes))}")
    print(f"codes       {share(len([item for item in agreed if not item.kind]), len(failures))}")
    composed = [item for item in successes if not item.found]
    same_public = [item for item in composed if item.kind not in {"public schema", "both schemas"}]
    same_supergraph = [item for item in composed if item.kind not in {"supergraph", "both schemas"}]
    print(f"public      {share(len(same_public), len(successes))}")
    print(f"supergraph  {share(len(same_supergraph), len(successes))}")


def share(part: int, whole: int) -> str:
    """`97.00 % (97 of 100)`."""
    return f"{100 * part / max(whole, 1):6.2f} % ({part} of {whole})"


def run_case(line: str) -> Outcome:
    """Compose one case and compare."""
    case = json.loads(line)
    services = [Subgraph(item["name"], item["sdl"], item.get("url") or "") for item in case["services"]]
    recorded = tuple(sorted({str(error["code"]) for error in case["errors"] or ()}))
    name = f"{case['id']} {case['tests'][0]}"
    try:
        result = compose(services)
    except Exception as error:
        return Outcome(name, "verdict", recorded, (f"crashed: {type(error).__name__}: {error}",))
    found = tuple(sorted({error.code for error in result.errors}))
    messages = "\n".join(f"        {error}" for error in result.errors)
    if bool(recorded) != bool(found):
        return Outcome(name, "verdict", recorded, found, messages)
    if recorded:
        return Outcome(name, "" if recorded == found else "codes", recorded, found, messages)
    supergraph = difference(case["supergraphSdl"], result.supergraph_sdl)
    public = difference(case["publicSdl"], result.public_sdl)
    kind = (
        "both schemas" if supergraph and public else "supergraph" if supergraph else "public schema" if public else ""
    )
    return Outcome(name, kind, recorded, found, "\n".join(f"        {text}" for text in [*supergraph, *public]))


def difference(recorded: str, found: str) -> list[str]:
    """What stands in only one of two SDLs."""
    one, other = set(facts(recorded)), set(facts(found))
    return [f"- {fact}" for fact in sorted(one - other)] + [f"+ {fact}" for fact in sorted(other - one)]


def facts(sdl: str) -> Iterator[str]:
    """An SDL taken apart: one line for each definition's head and for each of its parts."""
    for definition in parse(sdl, no_location=True).definitions:
        head = (text(getattr(definition, key, None)) for key in ("name", "repeatable", "locations"))
        name = " ".join([definition.kind.removesuffix("_definition"), *filter(None, head)])
        yield name
        for key in ("interfaces", "directives", "fields", "values", "types", "operation_types", "arguments"):
            for part in getattr(definition, key, None) or ():
                yield f"{name}: {text(part)}"


def text(node: object) -> str:
    """A syntax tree as text in which order, descriptions and ways of quoting do not show."""
    match node:
        case tuple() | list():
            return " ".join(sorted(map(text, node)))
        case ListTypeNode() | NonNullTypeNode() | NamedTypeNode():
            return print_ast(node)
        case StringValueNode():
            return repr(node.value)
        case NameNode() | EnumValueNode() | BooleanValueNode() | IntValueNode() | FloatValueNode():
            return str(node.value)
        case Node():
            keys = (key for key in node.keys if key not in {"loc", "description", "block"})
            return f"({' '.join(filter(None, (text(getattr(node, key)) for key in keys)))})"
        case _:
            return "" if node in (None, False) else str(node)


if __name__ == "__main__":
    main()
