"""Drive a headless Chromium by its DevTools protocol, over a pipe."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests may run as root, in containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--window-size=1440,900",
    "--remote-debugging-pipe",
)
PATIENCE = 30.0
# Chromium reads commands from descriptor 3 and answers on 4.
LAUNCH = """
import fcntl, os, sys
reading, writing = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(reading, 3)
os.dup2(writing, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class PageFailed(Exception):
    """The page threw, or what was waited for did not come."""


@dataclass(slots=True)
class Page:
    """One tab. `problems` is whatever the page complained of, `requests` every address that it asked for."""

    browser: "Browser"
    session: str
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    async def open(self, url: str) -> None:
        await self._send("Page.navigate", url=url)

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression, awaited if it is a promise."""
        found = await self._send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise PageFailed(found["exceptionDetails"].get("exception", {}).get("description", "the page threw"))
        return found["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        polling = f"""new Promise((done) => {{
          const holds = () => {{ try {{ return {condition}; }} catch (error) {{ return false; }} }};
          const look = () => holds() ? done(true) : setTimeout(look, 30);
          look();
        }})"""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.evaluate(polling)
        except TimeoutError:
            seen = await self.evaluate("document.body.innerText")
            raise PageFailed(f"did not come true: {condition}; problems: {self.problems}; seen: {seen}") from None

    async def click(self, selector: str) -> None:
        await self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    async def paste(self, text: str) -> None:
        """Paste text where the focus is."""
        await self.evaluate(f"""(() => {{
          const data = new DataTransfer();
          data.setData('text/plain', {json.dumps(text)});
          const event = new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }});
          document.activeElement.dispatchEvent(event);
        }})()""")

    async def press(self, key: str, code: int, modifiers: int = 0) -> None:
        for kind in ("keyDown", "keyUp"):
            await self._send(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=modifiers
            )

    async def screenshot(self) -> str:
        """A picture as PNG, in base64."""
        return str((await self._send("Page.captureScreenshot", format="png"))["data"])

    async def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return await self.browser.send(method, self.session, **parameters)

    def hear(self, method: str, parameters: dict[str, Any]) -> None:
        """Take note of an event."""
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Network.loadingFailed":
                self.problems.append(
                    f"a request failed: {parameters['errorText']} {parameters.get('blockedReason', '')}"
                )
            case "Network.responseReceived" if parameters["response"]["status"] >= 400:
                self.problems.append(f"{parameters['response']['status']} for {parameters['response']['url']}")
            case "Runtime.exceptionThrown":
                self.problems.append(parameters["exceptionDetails"].get("text", "an exception"))
            case "Runtime.consoleAPICalled" if parameters["type"] == "error":
                self.problems.append(str([item.get("value") for item in parameters["args"]]))
            case "Log.entryAdded" if parameters["entry"]["level"] == "error":
                self.problems.append(parameters["entry"]["text"])


class Browser:
    """A browser on the other side of a pipe; messages are JSON that ends with a zero byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}

    async def new_page(self) -> Page:
        target = (await self.send("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.send(f"{domain}.enable", session)
        # A page that believes itself in the background paints nothing.
        await self.send("Emulation.setFocusEmulationEnabled", session, enabled=True)
        await self.send("Page.bringToFront", session)
        return page

    async def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        number = len(self._waiting) + 1
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps(message).encode() + b"\0")
        await self._writer.drain()
        return await answer

    async def listen(self) -> None:
        """Hand out what the browser says, until it is gone."""
        while True:
            try:
                message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
            except asyncio.IncompleteReadError:
                for answer in self._waiting.values():
                    if not answer.done():
                        answer.set_exception(PageFailed("the browser is gone"))
                return
            if "id" in message:
                answer = self._waiting[message["id"]]
                if "error" in message:
                    answer.set_exception(PageFailed(message["error"]["message"]))
                elif not answer.done():
                    answer.set_result(message["result"])
            elif message.get("sessionId") in self._pages:
                self._pages[message["sessionId"]].hear(message["method"], message["params"])


@asynccontextmanager
async def run_browser() -> AsyncIterator[Browser]:
    """A browser with a profile of its own, which goes with it."""
    assert CHROMIUM is not None
    to_browser, from_browser = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            LAUNCH,
            str(to_browser[0]),
            str(from_browser[1]),
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={Path(profile)}",
            pass_fds=(to_browser[0], from_browser[1]),
            stderr=asyncio.subprocess.DEVNULL,
        )
        os.close(to_browser[0])
        os.close(from_browser[1])
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=1 << 26)
        reading, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(from_browser[0], "rb")
        )
        writing, protocol = await loop.connect_write_pipe(
            asyncio.streams.FlowControlMixin, os.fdopen(to_browser[1], "wb")
        )
        browser = Browser(reader, asyncio.StreamWriter(writing, protocol, None, loop))
        try:
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(browser.listen())
                yield browser
                listening.cancel()
        finally:
            process.kill()
            await process.wait()
            writing.close()
            reading.close()
            await asyncio.sleep(0)  # transports are closed by the loop's next round
