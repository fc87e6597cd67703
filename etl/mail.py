"""Sending e-mail through the server that SMTP_URL names.

smtps://user:password@mail.example:465     encrypted from the first byte
smtp://user:password@mail.example:587      encrypted by STARTTLS; without it nothing is sent
smtp+plain://relay:25                      not encrypted: for a relay inside, and with a password on this machine only
"""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from types import TracebackType
from urllib.parse import unquote, urlsplit

from etl.contacts import is_email

STARTTLS, TLS, PLAIN = "smtp", "smtps", "smtp+plain"
PORTS = {STARTTLS: 587, TLS: 465, PLAIN: 25}
HERE = ("localhost", "127.0.0.1", "::1")
SECONDS = 20
"""To wait for the server at each step."""


class MailError(Exception):
    """A message that was not sent. Says what the server answered by its number only: its words repeat addresses."""


class ServerGone(MailError):
    """The server cannot be reached, or does not take us in; the message says what to do."""


@dataclass(frozen=True)
class Server:
    security: str
    host: str
    port: int
    user: str = ""
    password: str = ""


def server_of(url: str) -> Server:
    """The server that a URL names. Raises ServerGone, without repeating the URL: a password stands in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ServerGone("SMTP_URL cannot be read; write it like smtp://user:password@mail.example:587") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ServerGone(f"SMTP_URL must begin with {'://, '.join(PORTS)}:// and name a host")
    found = Server(
        parts.scheme,
        parts.hostname,
        port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )
    if found.password and found.security == PLAIN and found.host not in HERE:
        raise ServerGone("SMTP_URL would send a password unencrypted; use smtp:// or smtps://")
    return found


class Post:
    """Sends messages, over one connection as long as it holds. Use it as a context."""

    def __init__(self, server: Server, sender: str):
        """`sender`: an address, or a name and an address as in `Programme office <office@example.org>`."""
        self.server, self.sender = server, sender
        self.address = parseaddr(sender)[1]
        if not is_email(self.address):
            raise ServerGone(f"MAIL_FROM={sender!r} is no e-mail address; correct it")
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> "Post":
        self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, to: Sequence[str], subject: str, text: str) -> int:
        """Sends one message to all of these; to how many of them the server refused to. Raises MailError when none gets
        it."""
        message = self._message(to, subject, text)
        line = self._line or self._connect()
        try:
            return len(line.send_message(message, self.address, list(to)))
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise MailError(f"the server refused every address ({', '.join(map(str, codes))})") from None
        except smtplib.SMTPResponseException as error:
            raise MailError(f"the server refused the message ({error.smtp_code})") from None
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()  # the next message begins anew
            raise ServerGone(f"the connection to the mail server broke ({type(error).__name__})") from None

    def _message(self, to: Sequence[str], subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, ", ".join(to), subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.address.partition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # so that no machine answers
        message.set_content(text)
        return message

    def _connect(self) -> smtplib.SMTP:
        known = self.server
        where = f"{known.host}:{known.port}"
        try:
            if known.security == TLS:
                line: smtplib.SMTP = smtplib.SMTP_SSL(
                    known.host, known.port, timeout=SECONDS, context=ssl.create_default_context()
                )
            else:
                line = smtplib.SMTP(known.host, known.port, timeout=SECONDS)
            self._line = line
            if known.security == STARTTLS:
                line.starttls(context=ssl.create_default_context())
            if known.user:
                line.login(known.user, known.password)
        except smtplib.SMTPAuthenticationError as error:
            self._hang_up()
            raise ServerGone(f"{where} refused user or password ({error.smtp_code}); correct SMTP_URL") from None
        except ssl.SSLCertVerificationError as error:
            self._hang_up()
            raise ServerGone(f"the certificate of {where} is not to be trusted ({error.verify_message})") from None
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise ServerGone(
                f"{where} cannot be used as a mail server ({type(error).__name__}); check SMTP_URL"
            ) from None
        return line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (smtplib.SMTPException, OSError):
            line.close()
