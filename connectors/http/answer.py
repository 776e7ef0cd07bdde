"""Gather the bytes of one HTTP/1.1 answer, within limits, and say where it ends (RFC 9112 section 6)."""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from connectors.errors import AnswerTooLarge, BadAnswer, CallFailed
from connectors.http.limits import HttpLimits
from connectors.http.ordinary_head import HEAD_END, LONGEST_HEAD, OrdinaryHead, ordinary_head
from connectors.http.raw_headers import RawHeaders
from connectors.http.response import HttpResponse

# The framing of a chunk (its size, its line ends) may take this many times the bytes that it carries.
_FRAMING_PER_BODY_BYTE = 16
_FRAMING_NAME_LENGTHS = frozenset({len("content-encoding"), len("content-length"), len("transfer-encoding")})


class AnswerReader:
    """Reads the answers of one connection, one after the other; `begin` comes before each.

    After every `feed`, `complete` and `failure` say how far the answer is. What comes after the end of an answer makes
    `reusable` false: nobody asked for it. An answer whose ordinary head comes in one piece is read without the parser.
    """

    __slots__ = (
        "_body",
        "_body_size",
        "_ends_with_connection",
        "_headers_done",
        "_is_head",
        "_limits",
        "_lines",
        "_missing",
        "_ordinary",
        "_parser",
        "_received",
        "_status",
        "complete",
        "failure",
        "reusable",
    )

    def __init__(self, limits: HttpLimits) -> None:
        self._limits = limits
        self._parser = HttpResponseParser(self)
        self.begin(is_head=False)

    def begin(self, *, is_head: bool) -> None:
        """Await a new answer; that to a HEAD request has no body, whatever its headers say."""
        self._is_head = is_head
        self._ordinary: OrdinaryHead | None = None
        self._received = 0
        self._ends_with_connection = False
        self.complete = False
        self.failure: CallFailed | None = None
        self.reusable = False

    @property
    def begun(self) -> bool:
        """Whether any byte has come."""
        return self._received > 0

    def feed(self, data: bytes) -> None:
        """Take bytes as they came from the connection."""
        is_first = not self._received
        self._received += len(data)
        if is_first:
            if not self._is_head and self._begin_ordinary(data):
                return
            self._begin_parsing()
        elif self._ordinary is not None:
            self._take_body(data)
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.reusable = False
            self._fail(BadAnswer("the service answered something that is not HTTP/1.1", detail=str(error)))
        if self._received - self._body_size > self._limits.max_head_bytes + _FRAMING_PER_BODY_BYTE * self._body_size:
            self._fail(BadAnswer("the head of the service's answer is too large", detail=f"{self._received} bytes"))

    def _begin_ordinary(self, data: bytes) -> bool:
        """Begin an answer without the parser, if its head is of the ordinary kind and whole."""
        end = data.find(HEAD_END, 0, LONGEST_HEAD) + len(HEAD_END)
        if not len(HEAD_END) <= end <= self._limits.max_head_bytes:
            return False
        head = ordinary_head(data[:end])
        if head is None or not len(data) - end <= head.length <= self._limits.max_answer_bytes:
            return False
        self._ordinary = head
        self._missing = head.length
        self._body: list[bytes] = []
        self._take_body(data[end:])
        return True

    def _take_body(self, data: bytes) -> None:
        """Take a part of the body of an answer with an ordinary head."""
        missing = self._missing - len(data)
        self._body.append(data if missing >= 0 else data[:missing])
        self._missing = max(missing, 0)
        if missing <= 0:
            self.complete = True
            self.reusable = not missing

    def _begin_parsing(self) -> None:
        self._lines: list[tuple[bytes, bytes]] = []
        self._headers_done = False
        self._body = []
        self._body_size = 0
        self._status = 0

    def end_of_stream(self) -> None:
        """Take note that the peer sends no more: the end of an answer that says no length (RFC 9112 6.3, item 8)."""
        if self._ends_with_connection and self.failure is None:
            self.complete = True

    def take(self) -> HttpResponse:
        """Give the complete answer away."""
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        if self._ordinary is not None:
            self._body = []
            return HttpResponse(self._ordinary.status, self._ordinary.headers, body)
        answer = HttpResponse(self._status, RawHeaders(self._lines), body)
        self._lines, self._body = [], []
        if self._is_head:
            self._parser = HttpResponseParser(self)  # it would take the next answer for this one's body
        return answer

    def on_message_begin(self) -> None:
        """Parser: the first byte of an answer."""
        if self.complete:
            self.reusable = False
            return
        self._lines = []  # of interim answers nothing is kept
        self._headers_done = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Parser: one header, or (after the headers) one trailer, which nobody needs."""
        if not self._headers_done:
            self._lines.append((name, value))

    def on_headers_complete(self) -> None:
        """Parser: the head is there; decide how the body ends, and refuse what cannot be read."""
        if self.complete:
            return
        self._headers_done = True
        status = self._status = self._parser.get_status_code()
        if status < 200:
            return
        if self._is_head:
            self._complete()
            return
        headers = self._framing()
        coding = headers.get(b"content-encoding", b"identity")
        if coding != b"identity" and status not in {204, 304}:
            self._fail(
                BadAnswer("the service compressed its answer, which was not asked for", detail=coding.decode("latin-1"))
            )
        length = headers.get(b"content-length")
        if length is not None:
            if int(length) > self._limits.max_answer_bytes:
                self._too_large()
            return
        transfer = headers.get(b"transfer-encoding")
        if transfer is None:
            self._ends_with_connection = True
        elif transfer != b"chunked":
            message = "the service answered in a transfer coding that was not asked for"
            self._fail(BadAnswer(message, detail=transfer.decode("latin-1")))

    def _framing(self) -> dict[bytes, bytes]:
        """The headers that say how the body is sent, lower-cased; repeated ones are joined by commas."""
        found: dict[bytes, bytes] = {}
        for name, value in self._lines:
            # Most headers need no look: their names are of another length.
            if len(name) in _FRAMING_NAME_LENGTHS:
                key, text = name.lower(), value.lower()
                found[key] = b"%b, %b" % (found[key], text) if key in found else text
        return found

    def on_body(self, data: bytes) -> None:
        """Parser: a part of the body."""
        if self.complete:
            self.reusable = False
            return
        self._body_size += len(data)
        if self._body_size > self._limits.max_answer_bytes:
            self._too_large()
        else:
            self._body.append(data)

    def on_message_complete(self) -> None:
        """Parser: the answer's end."""
        if not self.complete and self._status >= 200:
            self._complete()

    def _complete(self) -> None:
        if self.failure is not None:
            return
        self.complete = True
        self.reusable = self._parser.should_keep_alive()

    def _too_large(self) -> None:
        self._body.clear()
        self._fail(
            AnswerTooLarge(f"the service's answer is larger than the limit of {self._limits.max_answer_bytes} bytes")
        )

    def _fail(self, failure: CallFailed) -> None:
        # What is wrong behind a complete answer costs the connection, not the answer.
        if not self.complete and self.failure is None:
            self.failure = failure
