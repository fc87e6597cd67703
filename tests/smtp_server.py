"""A mail server of this machine for tests: takes what is sent, and misbehaves where it is told to."""

import base64
import contextlib
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Received:
    sender: str
    to: list[str]
    message: EmailMessage
    encrypted: bool
    user: str


@dataclass
class Behaviour:
    """`refused`: addresses that it does not take; `breaks_at`: messages at whose beginning it hangs up, counted from 0;
    `passwords`: user → password, where signing in is asked for."""

    refused: set[str] = field(default_factory=set)
    breaks_at: set[int] = field(default_factory=set)
    passwords: dict[str, str] = field(default_factory=dict)
    starttls: ssl.SSLContext | None = None
    begun: int = 0
    received: list[Received] = field(default_factory=list)


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 20

    def handle(self) -> None:
        self.sender, self.to, self.user = "", [], ""
        self.say(220, "localhost")
        with contextlib.suppress(OSError, ConnectionError):
            while (line := self.rfile.readline()) and self.answer(line.decode().strip()):
                pass

    def finish(self) -> None:
        super().finish()
        if self.encrypted:
            self.connection.close()  # another than the server gave us, and knows of

    @property
    def told(self) -> Behaviour:
        return self.server.behaviour  # type: ignore[attr-defined]

    @property
    def encrypted(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def say(self, code: int, *lines: str) -> bool:
        for place, line in enumerate(lines):
            mark = "-" if place < len(lines) - 1 else " "
            self.wfile.write(f"{code}{mark}{line}\r\n".encode())
        return True

    def answer(self, line: str) -> bool:
        """Answers a command; False ends the conversation."""
        word, _, rest = line.partition(" ")
        return getattr(self, word.lower(), self.unknown)(rest)

    def unknown(self, _: str) -> bool:
        return self.say(502, "unknown")

    def ehlo(self, _: str) -> bool:
        can = ["STARTTLS"] if self.told.starttls and not self.encrypted else []
        can += ["AUTH PLAIN"] if self.told.passwords else []
        return self.say(250, "localhost", "8BITMIME", *can)

    def starttls(self, _: str) -> bool:
        self.say(220, "go on")
        assert self.told.starttls is not None
        self.connection = self.told.starttls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        return True

    def auth(self, rest: str) -> bool:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        if self.told.passwords.get(user) != password:
            return self.say(535, f"no such password of {user}")
        self.user = user
        return self.say(235, "welcome")

    def mail(self, rest: str) -> bool:
        number, self.told.begun = self.told.begun, self.told.begun + 1
        if number in self.told.breaks_at:
            return False
        if self.told.passwords and not self.user:
            return self.say(530, "sign in")
        self.sender, self.to = _address(rest), []
        return self.say(250, "fine")

    def rcpt(self, rest: str) -> bool:
        address = _address(rest)
        if address in self.told.refused:
            return self.say(550, f"{address} is unknown here")
        self.to.append(address)
        return self.say(250, "fine")

    def data(self, _: str) -> bool:
        self.say(354, "go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        message: Any = message_from_bytes(b"".join(lines), policy=default)
        self.told.received.append(Received(self.sender, self.to, message, self.encrypted, self.user))
        return self.say(250, "taken")

    def rset(self, _: str) -> bool:
        return self.say(250, "fine")

    def quit(self, _: str) -> bool:
        self.say(221, "bye")
        return False


def _address(rest: str) -> str:
    return rest[rest.index("<") + 1 : rest.index(">")]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    behaviour: Behaviour
    tls: ssl.SSLContext | None = None

    def get_request(self) -> Any:
        line, address = super().get_request()
        return (self.tls.wrap_socket(line, server_side=True) if self.tls else line), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust us hangs up in the middle."""


@contextlib.contextmanager
def mail_server(tls: ssl.SSLContext | None = None, **behaviour: Any) -> Iterator[tuple[int, Behaviour]]:
    """(its port, what it does and has received). `tls`: encrypted from the first byte."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.behaviour, server.tls = Behaviour(**behaviour), tls
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1], server.behaviour
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A new certificate of `localhost` that nobody has signed, and what serves with it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context
