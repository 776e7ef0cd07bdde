"""Headers as they came, read only when somebody asks: most answers' headers interest nobody but the client itself."""

from collections.abc import Iterator, Mapping, Sequence


class RawHeaders(Mapping[str, str]):
    """Lower-cased names and their values, without blanks around; repeated ones are joined by commas (RFC 9110, 5.3)."""

    def __init__(self, lines: Sequence[tuple[bytes, bytes]]) -> None:
        self._lines = lines
        self._known: dict[str, str] | None = None

    @property
    def lines(self) -> Sequence[tuple[bytes, bytes]]:
        """Each header as it came, also those that stand several times."""
        return self._lines

    def _read(self) -> dict[str, str]:
        if self._known is not None:
            return self._known
        found: dict[str, str] = {}
        for name, value in self._lines:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip(" \t")
            found[key] = f"{found[key]}, {text}" if key in found else text
        self._known = found
        return found

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())
