"""Applications served as a person runs them, and the browser that looks at them: for the browser tests and the bench."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from etl.config import ROOT

# Quiet: a browser that asks its maker's servers for updates would spoil the test that nothing leaves the machine.
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DASHBOARD = ("dashboard",)


def chromium() -> str | None:
    """Where the machine's browser is."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def serving(url: str, module: Sequence[str] = DASHBOARD, ready: str = "/health") -> Iterator[str]:
    """Serves the application on that warehouse as long as it is needed; its address. `module`: another one, with its
    arguments; `ready`: what answers 200 once it is there."""
    port = free_port()
    settings = {
        "DATABASE_URL": url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SECRET_KEY": secrets.token_hex(32),
        "LOG_LEVEL": "warning",
        "DEVELOPMENT": "1",  # the page of patterns is looked at too
    }
    server = subprocess.Popen(
        [sys.executable, "-m", *module], cwd=ROOT, env={**os.environ, **settings}, process_group=0
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address + ready, server)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # ending well takes it seconds
        server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, server: subprocess.Popen, seconds: int = 60) -> None:
    for _ in range(seconds * 5):
        if server.poll() is not None:
            raise RuntimeError("the server ended while starting")
        try:
            with urlopen(address, timeout=5) as answer:
                assert answer.status == 200
                return
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not answer within {seconds} seconds")
