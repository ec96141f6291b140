"""A real browser to test in: headless Chromium, spoken to over a pipe in its own debugging protocol.

Nothing here sleeps or tries again: each command waits for its answer, and `evaluate` for the page's own.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Self

__all__ = ["Browser", "chromium"]

#: The longest that a test waits for an answer, in seconds: far beyond what any takes on a slow machine.
PATIENCE = 60.0

_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync --disable-extensions --disable-default-apps"
)


def chromium() -> str | None:
    """Return the path of a Chromium, or None if this machine has none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


class Browser:
    """One page of a browser. Close it, or use it in a `with`."""

    def __init__(self, path: str) -> None:
        self._home = tempfile.mkdtemp(prefix="corodemo-browser-")
        reading, self._out = os.pipe()
        self._in, writing = os.pipe()
        arguments = [path, *_QUIET.split(), "--remote-debugging-pipe", f"--user-data-dir={self._home}", "about:blank"]
        # The browser reads commands from its descriptor 3 and writes to its 4; ours must not be in the way of either.
        high = [os.dup(end) for end in (reading, writing)]
        while min(high) <= 4:
            high = [os.dup(end) for end in high]
        null = os.open(os.devnull, os.O_RDWR)
        actions = [
            (os.POSIX_SPAWN_DUP2, high[0], 3),
            (os.POSIX_SPAWN_DUP2, high[1], 4),
            (os.POSIX_SPAWN_DUP2, null, 1),
            (os.POSIX_SPAWN_DUP2, null, 2),
        ]
        self._pid = os.posix_spawn(path, arguments, dict(os.environ), file_actions=actions, setpgroup=0)
        for end in {reading, writing, null, *high}:
            os.close(end)
        self._buffer = b""
        self._count = 0
        self._session: str | None = None
        self.events: list[dict] = []  # what the browser said unasked
        try:
            target = self.send("Target.createTarget", url="about:blank")["targetId"]
            self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Network", "Log"):
                self.send(f"{domain}.enable")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and all its processes."""
        for end in (self._out, self._in):
            os.close(end)
        try:
            os.killpg(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self._pid, 0)
        shutil.rmtree(self._home, ignore_errors=True)

    def send(self, method: str, **params):
        """Send a command; return its answer."""
        self._count += 1
        number = self._count
        message = {"id": number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method: str) -> dict:
        """Wait until the browser has said `method`; return what it said."""
        while True:
            for event in self.events:
                if event.get("method") == method:
                    self.events.remove(event)
                    return event
            self.events.append(self._read())

    def _read(self) -> dict:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            data = os.read(self._in, 1 << 20)
            assert data, "the browser has gone"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def open(self, path: Path, *, fragment: str = "", width: int = 1400, height: int = 900, dark: bool = False) -> None:
        """Open a file in a window of that size, and wait until it has loaded."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Page.navigate", url="about:blank")
        self.wait_for("Page.loadEventFired")
        self.events.clear()
        self.send("Page.navigate", url=path.as_uri() + fragment)
        self.wait_for("Page.loadEventFired")

    def evaluate(self, expression: str):
        """Return the value of a JavaScript expression in the page."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, times: int = 1, *, shift: bool = False) -> None:
        """Press a key, as a person would."""
        text = {"text": key} if len(key) == 1 else {}
        for _ in range(times):
            self.send("Input.dispatchKeyEvent", type="keyDown", key=key, modifiers=8 * shift, **text)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=key, modifiers=8 * shift)

    def click(self, selector: str) -> None:
        """Click the middle of an element."""
        box = self.evaluate(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def lines(self, selector: str) -> list[str]:
        """Return the texts of the elements that a selector finds, as they stand on the page."""
        return self.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.innerText.trim())")

    def picture(self) -> bytes:
        """Return what the window shows, as a PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])
