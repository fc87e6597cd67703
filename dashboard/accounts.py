"""Who may sign in: accounts in the warehouse, each with a role and the province or base that it is bound to."""

from dataclasses import dataclass, replace

from flask_login import UserMixin
from sqlalchemy import Connection, select, update

from dashboard import lockout, passwords, sign_ins
from dashboard.permissions import BOUND_TO, ROLES
from etl import audit
from etl.clock import now
from etl.mistake import Mistake
from etl.schema_access import account as table
from etl.warehouse import upsert

ADMINISTRATOR = "administrator"
LONGEST_NAME = 80


class AccountError(Mistake):
    """An account that cannot be made or changed so; the message says what to correct, `fault` which it is, for the screens,
    which tell it in the viewer's language."""

    def __init__(self, message: str, fault: str):
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True)
class Account(UserMixin):
    """A person who may sign in. `place`: the province or base the role is bound to; `must_change`: the password was given
    by somebody else; `token`: of this sign-in."""

    name: str
    role: str
    place: str | None
    demo: bool = False
    must_change: bool = False
    closed: bool = False
    subject: str | None = None
    token: str = ""

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token

    def signed_in(self, token: str) -> "Account":
        return replace(self, token=token)


_COLUMNS = (
    table.c.name, table.c.role, table.c.scope, table.c.demo, table.c.must_change, table.c.closed, table.c.subject,
)  # fmt: skip


def create_account(
    connection: Connection,
    name: str,
    password: str,
    role: str,
    place: str | None = None,
    demo: bool = False,
    must_change: bool = False,
) -> None:
    """Makes an account, or replaces the one of that name, whose sign-ins end. Raises AccountError."""
    name = name.strip()
    _require_place(role, place)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccountError(f"an account needs a name of at most {LONGEST_NAME} characters", "name")
    if not demo:
        _require_strong(password, name)
    row = {"name": name, "password_hash": passwords.hashed(password), "role": role, "scope": place, "demo": demo}
    upsert(
        connection,
        table,
        [row | {"must_change": must_change, "closed": False, "subject": None, "made_at": now()}],
    )
    sign_ins.end_all(connection, name)
    lockout.forgive(connection, name)
    audit.note(connection, "account.made", "account", name, role=role, place=place)


def _require_place(role: str, place: str | None) -> None:
    if role not in ROLES:
        raise AccountError(f"there is no role {role!r}; there are {', '.join(ROLES)}", "role")
    if bool(BOUND_TO[role]) != bool(place):
        raise AccountError(f"a {role} is bound to {BOUND_TO[role] or 'nothing'}; give its code accordingly", "place")


def _require_strong(password: str, name: str) -> None:
    if passwords.is_weak(password, name):
        raise AccountError(
            f"choose a password of at least {passwords.LEAST_LENGTH} characters that does not contain the name", "weak"
        )


def set_password(connection: Connection, name: str, password: str, given: bool = False, but: str = "") -> None:
    """Another password; sign-ins end, but the one of the token `but`. `given`: by somebody else, so that it must be changed.
    Raises AccountError for a weak one or an unknown account."""
    _require(connection, name)
    _require_strong(password, name)
    kept = {"password_hash": passwords.hashed(password), "must_change": given}
    connection.execute(update(table).where(table.c.name == name).values(**kept))
    sign_ins.end_all(connection, name, but)
    lockout.forgive(connection, name)
    audit.note(connection, "account.password-given" if given else "account.password-changed", "account", name)


def set_role(connection: Connection, name: str, role: str, place: str | None) -> None:
    """Another role or place, from the next request on. Raises AccountError."""
    before = _require(connection, name)
    _require_place(role, place)
    if role != ADMINISTRATOR:
        _require_another_administrator(connection, name)
    connection.execute(update(table).where(table.c.name == name).values(role=role, scope=place))
    was = {"was_role": before.role, "was_place": before.place}
    audit.note(connection, "account.role-changed", "account", name, role=role, place=place, **was)


def set_closed(connection: Connection, name: str, closed: bool, last: bool = False) -> None:
    """Closes the account, whose sign-ins end at once, or opens it again. `last`: even where nobody is left who could open
    it again on the screens. Raises AccountError."""
    _require(connection, name)
    if closed and not last:
        _require_another_administrator(connection, name)
    connection.execute(update(table).where(table.c.name == name).values(closed=closed))
    if closed:
        sign_ins.end_all(connection, name)
    audit.note(connection, "account.closed" if closed else "account.opened", "account", name)


def set_subject(connection: Connection, name: str, subject: str | None) -> None:
    """As whom the single sign-on knows the person; None: as nobody. Raises AccountError."""
    _require(connection, name)
    if subject and (other := find_subject(connection, subject)) and other.name != name:
        raise AccountError(f"{other.name} is known by that already", "subject")
    connection.execute(update(table).where(table.c.name == name).values(subject=subject))
    audit.note(connection, "account.single-sign-on", "account", name, known_as=subject)


def _require(connection: Connection, name: str) -> Account:
    if (found := find_account(connection, name)) is None:
        raise AccountError(
            f"there is no account {name!r}; list them with: python -m dashboard accounts list", "unknown"
        )
    return found


def is_last_administrator(connection: Connection, name: str) -> bool:
    """Whether the account is the only open one of an administrator. Waits for whoever is changing one just now."""
    open_ones = select(table.c.name).where(table.c.role == ADMINISTRATOR, table.c.closed.is_(False))
    return connection.execute(open_ones.with_for_update()).scalars().all() == [name]


def _require_another_administrator(connection: Connection, name: str) -> None:
    if is_last_administrator(connection, name):
        raise AccountError(
            f"{name} is the only open account of an administrator; make another one first, with: "
            f"python -m dashboard accounts add NAME --role {ADMINISTRATOR}",
            "last_administrator",
        )


def all_accounts(connection: Connection) -> list[Account]:
    """By name."""
    rows = connection.execute(select(*_COLUMNS))
    return sorted((Account(*row) for row in rows), key=lambda account: account.name)


def find_account(connection: Connection, name: str) -> Account | None:
    return _found(connection, table.c.name == name)


def find_subject(connection: Connection, subject: str) -> Account | None:
    """The account that the single sign-on knows by that name."""
    return _found(connection, table.c.subject == subject)


def _found(connection: Connection, which) -> Account | None:
    row = connection.execute(select(*_COLUMNS).where(which)).first()
    return Account(*row) if row else None


def verify(connection: Connection, name: str, password: str) -> Account | None:
    """The account when name and password are right and it may sign in. An unknown name takes as long as a wrong password."""
    kept = connection.execute(select(table.c.password_hash).where(table.c.name == name)).scalar()
    if not passwords.fits(kept, password):
        return None
    return usable(find_account(connection, name))


def usable(account: Account | None) -> Account | None:
    """The account, unless it is closed or its role is no more."""
    return account if account and not account.closed and account.role in ROLES else None
