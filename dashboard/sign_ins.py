"""Sign-ins that have not ended. The browser's cookie holds a random token, the warehouse its hash, so a sign-in can be ended
from here: by signing out, everywhere at once, by another password, or by an administrator."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from etl.config import settings
from etl.schema_access import sign_in
from etl.warehouse import insert

NOTED = timedelta(minutes=5)
"""The last request is written down to this."""


def begin(connection: Connection, name: str, now: datetime) -> str:
    """A new token for the person's cookie."""
    connection.execute(delete(sign_in).where(sign_in.c.since < now - longest()))
    token = secrets.token_urlsafe(32)
    insert(connection, sign_in, [{"token": _hash(token), "name": name, "since": now, "seen_at": now}])
    return token


def whose(connection: Connection, token: str, now: datetime) -> tuple[str, bool] | None:
    """(the account's name, whether the request has to be noted with `seen`); None when the sign-in has ended."""
    row = connection.execute(select(sign_in).where(sign_in.c.token == _hash(token))).first()
    if row is None or now - row.since > longest() or now - row.seen_at > idle():
        return None
    return row.name, now - row.seen_at > NOTED


@dataclass(frozen=True)
class Presence:
    """How often somebody is signed in, and when the last request came, to some minutes."""

    count: int
    last: datetime


def presences(connection: Connection, now: datetime) -> dict[str, Presence]:
    """Everybody who is signed in, by the account's name."""
    count, last = func.count(), func.max(sign_in.c.seen_at)
    holds = sign_in.c.since >= now - longest(), sign_in.c.seen_at >= now - idle()
    rows = connection.execute(select(sign_in.c.name, count, last).where(*holds).group_by(sign_in.c.name))
    return {name: Presence(number, moment) for name, number, moment in rows}


def seen(connection: Connection, token: str, now: datetime) -> None:
    connection.execute(update(sign_in).where(sign_in.c.token == _hash(token)).values(seen_at=now))


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(sign_in).where(sign_in.c.token == _hash(token)))


def end_all(connection: Connection, name: str, but: str = "") -> int:
    """Ends the person's sign-ins everywhere, but the one of the token `but`. Gives how many there were."""
    others = sign_in.c.name == name, sign_in.c.token != _hash(but)
    return connection.execute(delete(sign_in).where(*others)).rowcount


def longest() -> timedelta:
    return timedelta(hours=settings().session_hours)


def idle() -> timedelta:
    return timedelta(minutes=settings().idle_minutes)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
