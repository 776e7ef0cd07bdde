"""Operations by their hash: automatic persisted queries (Apollo's protocol), and documents that are trusted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from federation.errors import RequestError
from federation.extensions.stores.store import Store, StoreAway
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext

HASH: Final = re.compile(r"[0-9a-f]{64}")
KEPT_SECONDS: Final = 30 * 86_400.0


class PersistedQueryNotFound(RequestError):
    """No operation is known by this hash: the client sends the text once, beside the hash."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueryHashMismatch(RequestError):
    """The text that came with a hash has another one."""

    code = "PERSISTED_QUERY_HASH_MISMATCH"


class PersistedQueryNotSupported(RequestError):
    """This gateway does not keep operations that clients send."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"


class DocumentNotTrusted(RequestError):
    """This gateway runs only documents that were registered with it, and this is none of them."""

    code = "DOCUMENT_NOT_TRUSTED"


class QueryMissing(RequestError):
    """The request has neither a text nor anything that stands for one."""


@dataclass(frozen=True, slots=True)
class PersistedOptions:
    """What may be run by a hash or an id.

    `documents` are trusted: texts by their SHA-256 (lower-case hex) or any other id. With `only_trusted` nothing else
    runs. With `automatic`, what clients send with its hash is kept, at most `most_kept` texts in memory.
    """

    documents: Mapping[str, str] = field(default_factory=dict)
    only_trusted: bool = False
    automatic: bool = True
    most_kept: int = 1_000
    longest_kept: int = 100_000


class PersistedOperations:
    """The layer that puts the text in the place of the hash; texts are kept in `store` for all replicas.

    The text that is found is the one by which the operation was prepared before, so nothing is parsed again.
    """

    def __init__(self, options: PersistedOptions, store: Store | None) -> None:
        self._options = options
        self._store = store
        self._documents = dict(options.documents)
        self._trusted = frozenset(options.documents.values())
        self._kept: dict[str, str] = {}

    def wrap(self, inner: Handler) -> Handler:
        """The handler that answers with the text of the operation."""
        is_only = self._options.only_trusted

        async def answer(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            if request.query and not is_only and not request.extensions and request.document_id is None:
                return await inner(request, context)
            digest = _hash_of(request.extensions)
            text = await self._text(request, digest)
            if text == request.query:
                made = await inner(request, context)
            else:
                made = await inner(replace(request, query=text), context)
            # What cannot run is not worth its place.
            if digest is not None and self._is_new(digest, request) and not made.refused:
                await self._keep(digest, text)
            return made

        return answer

    async def _text(self, request: ClientRequest, digest: str | None) -> str:
        """What is to be run. Raises a RequestError."""
        options, query = self._options, request.query
        if request.document_id is not None:
            return self._document(request.document_id)
        if options.only_trusted:
            return self._only(query, digest)
        if query:
            if digest is not None and options.automatic and sha256(query.encode()).hexdigest() != digest:
                raise PersistedQueryHashMismatch("the hash is not that of the query")
            return query
        if digest is None:
            raise QueryMissing("the parameter 'query' is missing")
        return await self._find(digest)

    def _is_new(self, digest: str, request: ClientRequest) -> bool:
        options = self._options
        return (
            options.automatic
            and not options.only_trusted
            and bool(request.query)
            and digest not in self._kept
            and len(request.query) <= options.longest_kept
        )

    def _document(self, name: str) -> str:
        text = self._documents.get(name) or self._documents.get(name.removeprefix("sha256:"))
        if text is None:
            raise DocumentNotTrusted("no document is registered under this id")
        return text

    def _only(self, query: str, digest: str | None) -> str:
        if query and query in self._trusted:
            return query
        text = self._documents.get(digest) if digest is not None and not query else None
        if text is None:
            raise DocumentNotTrusted("this gateway runs only documents that are registered with it")
        return text

    async def _find(self, digest: str) -> str:
        text = self._documents.get(digest) or self._kept.pop(digest, None)
        if text is not None:
            if digest not in self._documents:
                self._kept[digest] = text
            return text
        if not self._options.automatic:
            raise PersistedQueryNotSupported("PersistedQueryNotSupported")
        found = await self._find_shared(digest)
        if found is None:
            raise PersistedQueryNotFound("PersistedQueryNotFound")
        self._keep_here(digest, found)
        return found

    async def _find_shared(self, digest: str) -> str | None:
        if self._store is None:
            return None
        try:
            (text,) = await self._store.get([f"apq:{digest}"])
        except StoreAway:
            return None
        # What lies in the store is trusted no further than its hash goes.
        return text.decode() if text is not None and sha256(text).hexdigest() == digest else None

    async def _keep(self, digest: str, query: str) -> None:
        self._keep_here(digest, query)
        if self._store is not None:
            try:
                await self._store.put({f"apq:{digest}": query.encode()}, KEPT_SECONDS)
            except StoreAway:
                return  # it is kept here; other replicas ask the client for the text

    def _keep_here(self, digest: str, query: str) -> None:
        self._kept[digest] = query
        if len(self._kept) > self._options.most_kept:
            del self._kept[next(iter(self._kept))]


def _hash_of(extensions: Mapping[str, Any]) -> str | None:
    """The hash that a request gives; None where it gives none. Raises PersistedQueryNotFound for what is no hash."""
    given = extensions.get("persistedQuery")
    if given is None:
        return None
    digest = given.get("sha256Hash") if isinstance(given, dict) else None
    if not isinstance(digest, str) or not HASH.fullmatch(digest.lower()):
        raise PersistedQueryHashMismatch("'extensions.persistedQuery.sha256Hash' must be a SHA-256 in hexadecimal")
    return digest.lower()
