"""GraphiQL at the endpoint's own path, all of it served from the package."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from federation.http.reply import Headers, Reply

CONTENT_TYPES = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".ttf": b"font/ttf",
    ".woff2": b"font/woff2",
    ".json": b"application/json",
    ".txt": b"text/plain; charset=utf-8",
}
PAGE = "index.html"
ASSETS_MARK = b"__ASSETS__"
# The editor writes style elements as it runs; scripts, fonts, workers and requests stay with this origin.
POLICY = (
    b"default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'"
)
COMMON: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
PAGE_HEADERS: Headers = (
    *COMMON,
    (b"content-security-policy", POLICY),
    (b"cache-control", b"no-cache"),
    (b"vary", b"accept"),
)


@dataclass(frozen=True, slots=True)
class _Asset:
    reply: Reply
    not_modified: Reply
    tag: str


class GraphiQLPages:
    """The page and its assets, read once; the page finds them below `assets_path`."""

    def __init__(self, assets_path: str) -> None:
        folder = resources.files("federation.http") / "graphiql"
        self._assets: Mapping[str, _Asset] = {
            name: _load(name, file, assets_path.rstrip("/").encode()) for name, file in _walk(folder, "")
        }

    def page(self) -> Reply:
        """The page itself."""
        return self._assets[PAGE].reply

    def asset(self, name: str, if_none_match: str | None) -> Reply | None:
        """An asset by its path below the page's folder; None when there is none of that name."""
        found = self._assets.get(name)
        if found is None:
            return None
        return found.not_modified if if_none_match == found.tag else found.reply


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        else:
            found.append((prefix + entry.name, entry))
    return found


def _load(name: str, file: Traversable, assets_path: bytes) -> _Asset:
    body = file.read_bytes()
    if name == PAGE:
        body = body.replace(ASSETS_MARK, assets_path)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    suffix = name[name.rfind(".") :]
    content_type = CONTENT_TYPES.get(suffix) or (mimetypes.guess_type(name)[0] or "application/octet-stream").encode()
    if name == PAGE:
        headers = PAGE_HEADERS
    else:
        headers = (*COMMON, (b"cache-control", b"public, max-age=3600"), (b"etag", tag.encode()))
    return _Asset(Reply(200, content_type, body, headers), Reply(304, content_type, b"", headers), tag)
