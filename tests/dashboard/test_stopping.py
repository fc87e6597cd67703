"""The server as it is run: a request that is under way when it is told to stop is answered, and new ones are not taken."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

import pytest

from etl.config import ROOT
from tests import warehouses
from tests.dashboard.programme import PASSWORD
from tests.served import free_port, wait_for

FORM = urlencode({"name": "eva", "password": PASSWORD}).encode()


@pytest.fixture
def server(engine):
    """start(NAME="value") → (process, port) of the application on that warehouse."""
    started = []

    def start(**settings):
        port = free_port()
        known = {
            "DATABASE_URL": warehouses.url_of(engine),
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "SECRET_KEY": secrets.token_hex(32),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard"], cwd=ROOT, env={**os.environ, **known, **settings},
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, process_group=0,
        )  # fmt: skip
        started.append(process)
        wait_for(f"http://127.0.0.1:{port}/health", process)
        return process, port

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
        process.stderr.close()


def begin(port, sent):
    """A request whose form has not come whole yet: a thread waits for the rest of it."""
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = (
        "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(FORM)}\r\nConnection: close\r\n\r\n"
    )
    line.sendall(head.encode() + FORM[:sent])
    time.sleep(0.5)  # so that it has reached its thread
    return line


def everything(line):
    answer = b""
    while part := line.recv(65_536):
        answer += part
    line.close()
    return answer


def refuses(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_request_under_way_is_answered_before_the_server_ends(server):
    process, port = server()
    line = begin(port, sent=4)
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 10
    while not refuses(port):
        assert time.monotonic() < deadline, "it still takes new requests"
        time.sleep(0.1)
    assert process.poll() is None, "it ended although a request was under way"
    line.sendall(FORM[4:])
    answer = everything(line)
    assert answer.startswith(b"HTTP/1.1 302 "), answer[:200]
    assert b"Set-Cookie: basewatch=" in answer
    assert process.wait(timeout=20) == 0
    lines = [json.loads(text) for text in process.stderr.read().splitlines()]
    assert [(one["route"], one["status"]) for one in lines if one["event"] == "request"] == [("/login", 302)]
    assert "Shutting down: Master" in {one.get("said") for one in lines}
    assert not {"eva", PASSWORD, "127.0.0.1"} & {word for one in lines for word in str(one).split()}


def test_it_waits_no_longer_than_the_setting_says(server):
    process, port = server(GRACEFUL_TIMEOUT="1")
    line = begin(port, sent=4)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)  # without the setting it would be 30
    line.close()


def test_what_is_no_request_is_told_without_who_sent_it(server):
    process, port = server(LOG_FORMAT="text")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"eva nonsense\r\n\r\n")
        assert b" 400 " in everything(line)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    told = process.stderr.read()
    assert "said=Invalid request" in told
    bad = next(line for line in told.splitlines() if "Invalid request" in line)
    assert "127.0.0.1" not in bad
    assert "nonsense" not in told
