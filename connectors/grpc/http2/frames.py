"""Write the frames of HTTP/2, and name what stands in those that are read (RFC 9113, sections 4 to 7)."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEAD = struct.Struct(">HBBBI")
HEAD_SIZE: Final = 9
NUMBER = struct.Struct(">I")
SETTING = struct.Struct(">HI")
GOAWAY = struct.Struct(">II")
STREAM_BITS: Final = 0x7FFF_FFFF
LARGEST_WINDOW: Final = 0x7FFF_FFFF
FIRST_WINDOW: Final = 65_535
SMALLEST_FRAME_LIMIT: Final = 16_384
LARGEST_FRAME_LIMIT: Final = 0xFF_FFFF


class Kind:
    """The kinds of frames; numbers, as an enumeration would double the time that a frame takes."""

    DATA: Final = 0
    HEADERS: Final = 1
    PRIORITY: Final = 2
    RST_STREAM: Final = 3
    SETTINGS: Final = 4
    PUSH_PROMISE: Final = 5
    PING: Final = 6
    GOAWAY: Final = 7
    WINDOW_UPDATE: Final = 8
    CONTINUATION: Final = 9


class Flag:
    """What a frame may be marked with; ACK and END_STREAM are one bit, on frames of different kinds."""

    END_STREAM: Final = 0x1
    ACK: Final = 0x1
    END_HEADERS: Final = 0x4
    PADDED: Final = 0x8
    PRIORITY: Final = 0x20


class Setting:
    """The settings that are sent or heeded here."""

    HEADER_TABLE_SIZE: Final = 1
    ENABLE_PUSH: Final = 2
    MAX_CONCURRENT_STREAMS: Final = 3
    INITIAL_WINDOW_SIZE: Final = 4
    MAX_FRAME_SIZE: Final = 5
    MAX_HEADER_LIST_SIZE: Final = 6


class ErrorCode:
    """Why a stream or a connection is given up; those that are told apart here."""

    NO_ERROR: Final = 0
    PROTOCOL_ERROR: Final = 1
    REFUSED_STREAM: Final = 7
    CANCEL: Final = 8
    ENHANCE_YOUR_CALM: Final = 11
    INADEQUATE_SECURITY: Final = 12


class ProtocolViolated(Exception):
    """The peer sent what HTTP/2 does not allow, or what was not asked for; the connection is of no more use."""


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """One frame."""
    size = len(payload)
    return HEAD.pack(size >> 8, size & 0xFF, kind, flags, stream) + payload


def settings(values: Mapping[int, int]) -> bytes:
    """A frame of settings."""
    return frame(Kind.SETTINGS, 0, 0, b"".join(SETTING.pack(name, value) for name, value in values.items()))


def window_update(stream: int, by: int) -> bytes:
    """Allow the peer to send so many bytes more."""
    return frame(Kind.WINDOW_UPDATE, 0, stream, NUMBER.pack(by))


def reset(stream: int, code: int) -> bytes:
    """Give up a stream."""
    return frame(Kind.RST_STREAM, 0, stream, NUMBER.pack(code))


def read_settings(payload: bytes) -> Iterator[tuple[int, int]]:
    """The settings of a frame. Raises ProtocolViolated."""
    if len(payload) % SETTING.size:
        raise ProtocolViolated("settings that end half-way")
    pairs: Iterable[tuple[int, int]] = SETTING.iter_unpack(payload)
    yield from pairs


def read_number(payload: bytes) -> int:
    """The number that is the whole of some frames. Raises ProtocolViolated."""
    if len(payload) != NUMBER.size:
        raise ProtocolViolated("a frame of the wrong size")
    number: int = NUMBER.unpack(payload)[0]
    return number


def without_padding(flags: int, payload: bytes) -> bytes:
    """What a frame of DATA or HEADERS carries. Raises ProtocolViolated."""
    if not flags & Flag.PADDED:
        return payload
    if not payload or payload[0] >= len(payload):
        raise ProtocolViolated("a frame with more padding than it has bytes")
    return payload[1 : len(payload) - payload[0]]
