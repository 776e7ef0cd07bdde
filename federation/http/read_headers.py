"""The headers of an HTTP request as one text for each name."""

from collections.abc import Sequence


def read_headers(pairs: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers that stand several times are joined as RFC 9110, section 5.3, says, and cookies as RFC 9113 does.

    None of several is dropped, or a proxy that looks at the other one would have checked something else: two
    `authorization` headers are one that is no credential.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
    if len(headers) == len(pairs):
        return headers
    joined: dict[str, str] = {}
    for name_bytes, value_bytes in pairs:
        name, value = name_bytes.decode("latin-1"), value_bytes.decode("latin-1")
        if name in joined:
            value = f"{joined[name]}{'; ' if name == 'cookie' else ', '}{value}"
        joined[name] = value
    return joined
