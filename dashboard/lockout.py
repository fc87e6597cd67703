"""Who guesses passwords waits longer and longer. It is counted by the name that was tried, whether there is such an account
or not, so that nobody learns from it which there are; who is signed in already is not disturbed."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from etl.schema_access import failed_sign_in
from etl.warehouse import upsert

FREE = 5
"""So many wrong passwords in a row cost nothing."""
FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=30)
FORGOTTEN = timedelta(days=1)


def wait(connection: Connection, name: str, now: datetime) -> timedelta:
    """How long no attempt for the name is heard; zero when it is."""
    until = connection.execute(select(failed_sign_in.c.until).where(failed_sign_in.c.name == _key(name))).scalar()
    return max(until - now, timedelta()) if until else timedelta()


def pauses(connection: Connection, names: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Of these names those for which no attempt is heard now, each with until when."""
    found = connection.execute(
        select(failed_sign_in.c.name, failed_sign_in.c.until).where(failed_sign_in.c.until > now)
    )
    until = {row.name: row.until for row in found}
    return {name: until[key] for name in names if (key := _key(name)) in until} if until else {}


def failed(connection: Connection, name: str, now: datetime) -> timedelta:
    """Counts a wrong password; gives the wait that follows."""
    table = failed_sign_in.c
    connection.execute(delete(failed_sign_in).where(table.until < now - FORGOTTEN))
    before = connection.execute(select(table.failures).where(table.name == _key(name)).with_for_update()).scalar()
    failures = (before or 0) + 1
    delay = delay_after(failures)
    upsert(connection, failed_sign_in, [{"name": _key(name), "failures": failures, "until": now + delay}])
    return delay


def forgive(connection: Connection, name: str) -> None:
    """Forgets the failures: the right password came, or an administrator unlocked the account."""
    connection.execute(delete(failed_sign_in).where(failed_sign_in.c.name == _key(name)))


def delay_after(failures: int) -> timedelta:
    """Doubles with each failure beyond those that are free, up to the longest."""
    if failures < FREE:
        return timedelta()
    doubled = min(failures - FREE, 16)
    return min(FIRST * 2**doubled, LONGEST)


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
