"""The ASGI application of the admin port: finds out who asks, what for, and writes down what was done."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import orjson

from federation.admin.access import ANYBODY, Access, Operator
from federation.admin.actions import Actions
from federation.admin.audit import audit
from federation.admin.deed import Deed
from federation.admin.reads import Reads
from federation.admin.refusals import Refused, unknown
from federation.admin.scraping import Scraping
from federation.admin.told import MOST_BYTES, Told, read_told, too_large
from federation.errors import InterlaceError
from federation.http.read_body import BodyTooLarge, ClientGone, read_body
from federation.http.read_headers import read_headers
from federation.http.reply import JSON, Receive, Reply, Scope, Send, send_reply
from federation.telemetry.text_format import CONTENT_TYPE

log = logging.getLogger(__name__)

NO_STORE = ((b"cache-control", b"no-store"),)
METRICS = "/metrics"
Read: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Act: TypeAlias = Callable[[Told], Awaitable[Deed]]
ActOnService: TypeAlias = Callable[[str, Told], Awaitable[Deed]]


class AdminApp:
    """The ASGI 3 callable. Every answer is JSON, but for the metrics."""

    def __init__(
        self, access: Access, reads: Reads, actions: Actions, scraping: Scraping, *, open_metrics: bool = False
    ) -> None:
        self._access = access
        self._reads = reads
        self._scraping = scraping
        self._open_metrics = open_metrics
        self._read: Mapping[str, Read] = {
            "/": self._index,
            "/status": reads.status,
            "/services": reads.services,
            "/limits": reads.limits,
            "/cache": reads.cache,
            "/decisions": reads.decisions,
        }
        self._act: Mapping[str, Act] = {
            "/reload": actions.reload,
            "/revoke": actions.revoke,
            "/cache/purge": actions.purge,
        }
        self._act_on_service: Mapping[str, ActOnService] = {
            "force": actions.force,
            "drain": actions.drain,
            "restore": actions.restore,
            "weigh": actions.weigh,
            "recover": actions.recover,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Raises ValueError for anything else (ASGI: it is not supported)."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served, not '{scope['type']}'")
        try:
            reply = await self._reply(scope, receive)
        except ClientGone:
            return
        except Refused as error:
            reply = _json(error.status, error.as_json(), error.headers)
        except Exception:
            log.exception("the administration failed to answer")
            message = "the administration failed to answer; the failure is logged"
            reply = _json(500, {"error": {"code": InterlaceError.code, "message": message}})
        await send_reply(send, reply, with_body=scope["method"] != "HEAD")

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        headers = read_headers(scope["headers"])
        self._access.check_host(headers)
        path, method = str(scope["path"]), str(scope["method"])
        peer = scope["client"][0] if scope.get("client") else ""
        operator = ANYBODY
        if not (self._open_metrics and path == METRICS):
            operator = self._access.operator(headers, method=method, path=path[:200], peer=peer)
        if method in ("GET", "HEAD"):
            return await self._look(path)
        action = self._action(path)
        if method != "POST" or action is None:
            raise self._not_so(path)
        return await self._do(action, operator, path, peer, await _body(receive, headers))

    async def _look(self, path: str) -> Reply:
        if path == METRICS:
            return Reply(200, CONTENT_TYPE, await self._scraping.text(), NO_STORE)
        read = self._read.get(path)
        if read is not None:
            return _json(200, await read())
        place, _, name = path.rpartition("/")
        if place == "/services" and name:
            return _json(200, await self._reads.service(name))
        raise self._not_so(path)

    async def _do(self, action: Act, operator: Operator, path: str, peer: str, body: bytes) -> Reply:
        try:
            if not operator.may_act:
                raise Refused(403, "FORBIDDEN", "this token may only look: act with one of 'admin.tokens'")
            deed = await action(read_told(body))
        except BaseException as error:
            why = {"result": error.code, "why": str(error)} if isinstance(error, Refused) else {"result": "BROKEN_OFF"}
            audit("action", token=operator.name, peer=peer, action=path[:200], **why)
            raise
        status, answer = deed.answer()
        told = {key: answer[key] for key in ("before", "after", "workers", "problems") if key in answer}
        audit(
            "action",
            token=operator.name,
            peer=peer,
            action=deed.action,
            target=answer["target"],
            **told,
            result=deed.result,
        )
        return _json(status, answer)

    def _action(self, path: str) -> Act | None:
        if path in self._act:
            return self._act[path]
        place, _, verb = path.rpartition("/")
        above, _, name = place.rpartition("/")
        act = self._act_on_service.get(verb)
        if above != "/services" or not name or act is None:
            return None
        return lambda told: act(name, told)

    def _not_so(self, path: str) -> Refused:
        """There is nothing at the path, or not by this method."""
        if self._action(path) is not None:
            return Refused(405, "METHOD_NOT_ALLOWED", "this is done by POST", headers=((b"allow", b"POST"),))
        if path in self._read or path == METRICS or (path.startswith("/services/") and path.count("/") == 2):
            return Refused(405, "METHOD_NOT_ALLOWED", "this is read by GET", headers=((b"allow", b"GET, HEAD"),))
        return unknown("path", path, self._paths())

    def _paths(self) -> list[str]:
        on_service = (f"/services/NAME/{verb}" for verb in self._act_on_service)
        return sorted([*self._read, METRICS, "/services/NAME", *self._act, *on_service])

    async def _index(self) -> dict[str, Any]:
        on_service = [f"/services/NAME/{verb}" for verb in self._act_on_service]
        return {"GET": [*self._read, METRICS, "/services/NAME"], "POST": [*self._act, *on_service]}


async def _body(receive: Receive, headers: Mapping[str, str]) -> bytes:
    length = headers.get("content-length")
    try:
        return await read_body(receive, length.encode() if length else None, MOST_BYTES)
    except BodyTooLarge as error:
        raise too_large() from error


def _json(status: int, value: object, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Reply:
    return Reply(
        status, JSON, orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), (*NO_STORE, *headers)
    )
