"""The pieces that all plots are made of: SVG text, its colours, and the whole picture."""

from collections.abc import Iterable
from html import escape

OURS, THEIRS, INK, FAINT = "#2f6f4f", "#9aa5b1", "#1f2933", "#d9dee3"


def text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 13, weight: str = "normal") -> str:
    """Words that begin, end or have their middle (`anchor`) at a place."""
    style = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style} fill="{INK}">{escape(words)}</text>'


def picture(width: float, height: float, parts: Iterable[str]) -> str:
    """The whole SVG."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">'
    return "\n".join((head, '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>\n"))
