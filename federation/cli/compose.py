"""`interlace compose`: the supergraph SDL of a configuration, or of each JSON line."""

import asyncio
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import orjson

from federation.assembly.build_supergraph import build_supergraph
from federation.cli.say import complain, say, tell
from federation.cli.sources import Source
from federation.composition.json_lines import LineInvalid, compose_line


def print_supergraph(source: Source, output: Path | None) -> None:
    """Print the SDL, or write it to `output`. Raises ConfigurationError with every problem."""
    built = asyncio.run(build_supergraph(source.read()))
    for hint in built.hints:
        tell(f"hint: {hint}")
    if output is None:
        say(built.sdl.rstrip("\n"))
    else:
        output.write_text(built.sdl, encoding="utf-8")


def compose_lines(lines: Iterable[bytes], out: TextIO) -> None:
    """Compose every line; each is answered by one line, whatever it holds."""
    for line in lines:
        if line.strip():
            out.write(_answer(line) + "\n")
            out.flush()


def _answer(line: bytes) -> str:
    try:
        return compose_line(line)
    except LineInvalid as error:
        return _failure("INVALID_LINE", str(error))
    except Exception as error:  # a line must not take the answers from those after it
        complain(traceback.format_exception(error))
        return _failure("COMPOSER_FAILED", "composing failed by a fault of interlace; standard error says more")


def _failure(code: str, message: str) -> str:
    return orjson.dumps(
        {"supergraphSdl": None, "publicSdl": None, "errors": [{"code": code, "message": message}]}
    ).decode()
