"""What is done with accounts, by the screens and by the commands alike."""

from sqlalchemy import Connection

from dashboard import accounts, lockout, passwords, sign_ins
from dashboard.accounts import AccountError
from dashboard.permissions import BOUND_TO
from etl import audit
from etl.form import load_form
from etl.registry import Registry


def add(connection: Connection, name: str, role: str, place: str | None) -> str:
    """Makes an account; gives its first password, which is kept nowhere else. Raises AccountError."""
    name = name.strip()
    if accounts.find_account(connection, name):
        raise AccountError(
            f"there is an account {name!r} already; another password: python -m dashboard accounts password {name}",
            "exists",
        )
    require_known(connection, role, place)
    given = passwords.first_password()
    accounts.create_account(connection, name, given, role, place, must_change=True)
    return given


def give_password(connection: Connection, name: str) -> str:
    """Another first password for an account, whose sign-ins end. Raises AccountError."""
    given = passwords.first_password()
    accounts.set_password(connection, name, given, given=True)
    return given


def change_role(connection: Connection, name: str, role: str, place: str | None) -> None:
    """Another role or place, of those that the programme has. Raises AccountError."""
    require_known(connection, role, place)
    accounts.set_role(connection, name, role, place)


def unlock(connection: Connection, name: str) -> None:
    """Ends the pause that follows wrong passwords."""
    lockout.forgive(connection, name)
    audit.note(connection, "account.unlocked", "account", name)


def sign_out(connection: Connection, name: str) -> int:
    """Ends the person's sign-ins everywhere. Gives how many there were."""
    count = sign_ins.end_all(connection, name)
    audit.note(connection, "sign-in.ended-everywhere", "account", name, count=count)
    return count


def require_known(connection: Connection, role: str, place: str | None) -> None:
    """Raises AccountError for a place that the programme does not have."""
    kind = BOUND_TO.get(role)
    if kind == "province" and place and place not in load_form().provinces:
        raise AccountError(f"there is no province {place!r}; give its code as in regions.yml", "place")
    if kind == "base" and place and Registry(connection).latest(place) is None:
        raise AccountError(f"there is no base {place!r}; see the list with: python -m etl status", "place")
