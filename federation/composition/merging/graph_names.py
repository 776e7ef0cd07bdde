"""Name each subgraph in the enum `join__Graph`."""

import re
from collections import Counter
from collections.abc import Sequence


def graph_names(subgraphs: Sequence[str]) -> tuple[str, ...]:
    """One enum value per subgraph, upper case, unique: `user-api` becomes `USER_API`.

    Names that become the same are numbered; those that already look numbered get an underscore, so that none collide.
    """
    plain = [_plain(name) for name in subgraphs]
    counts = Counter(plain)
    seen: Counter[str] = Counter()
    names = []
    for name in plain:
        if counts[name] == 1:
            names.append(name)
            continue
        seen[name] += 1
        names.append(f"{name}_{seen[name]}")
    return tuple(names)


def _plain(name: str) -> str:
    text = re.sub(r"\W", "_", name, flags=re.ASCII).upper()
    if text[:1].isdigit():
        text = f"_{text}"
    return f"{text}_" if re.search(r"_\d+$", text) else text
