"""python -m dashboard accounts: who may sign in, without the screens."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from dashboard import accounts, lockout, passwords, sign_ins
from dashboard.accounts import Account, AccountError
from dashboard.permissions import BOUND_TO
from etl import audit
from etl.console import speaking, usable_engine
from etl.form import load_form
from etl.registry import Registry
from etl.warehouse import reading, writing

app = typer.Typer(no_args_is_help=True, help="Who may sign in, without the screens.")

Name = Annotated[str, typer.Argument(help="The account's name.")]
Role = Annotated[str, typer.Option(help="One of the roles of docs/operations.md, such as evaluator or reporter.")]
Place = Annotated[str, typer.Option(help="The code of the coordinator's province or the reporter's base.")]


@app.command("list")
@speaking
def listed() -> None:
    """Every account: name, role, place, and what is particular about it."""
    with reading(usable_engine()) as connection:
        for one in accounts.all_accounts(connection):
            print("  ".join(filter(None, (one.name, one.role, one.place, *_particular(one)))))


def _particular(one: Account) -> list[str]:
    states = {"closed": one.closed, "demo": one.demo, "first password": one.must_change, "single sign-on": one.subject}
    return [f"({word})" for word, holds in states.items() if holds]


@app.command()
@speaking
def add(name: Name, role: Role, place: Place = "") -> None:
    """Make an account. Its first password is printed once, and is changed at the first sign-in."""
    given = passwords.first_password()
    with writing(usable_engine()) as connection:
        if accounts.find_account(connection, name):
            raise AccountError(
                f"there is an account {name!r} already; another password: python -m dashboard accounts password {name}"
            )
        _require_known(connection, role, place)
        accounts.create_account(connection, name, given, role, place or None, must_change=True)
    print(given)


@app.command()
@speaking
def password(name: Name) -> None:
    """Give another first password, printed once. The person is signed out everywhere."""
    given = passwords.first_password()
    with writing(usable_engine()) as connection:
        accounts.set_password(connection, name, given, given=True)
    print(given)


@app.command()
@speaking
def role(name: Name, role: Role, place: Place = "") -> None:
    """Give another role or place, from the next request on."""
    with writing(usable_engine()) as connection:
        _require_known(connection, role, place)
        accounts.set_role(connection, name, role, place or None)


@app.command("close")
@speaking
def close(name: Name) -> None:
    """Close an account: nobody signs in with it any more, and who is signed in is signed out."""
    with writing(usable_engine()) as connection:
        accounts.set_closed(connection, name, True)


@app.command("open")
@speaking
def open_again(name: Name) -> None:
    """Open a closed account again."""
    with writing(usable_engine()) as connection:
        accounts.set_closed(connection, name, False)


@app.command()
@speaking
def unlock(name: Name) -> None:
    """End the pause that follows wrong passwords."""
    with writing(usable_engine()) as connection:
        lockout.forgive(connection, name)
        audit.note(connection, "account.unlocked", "account", name)


@app.command("sign-out")
@speaking
def sign_out(name: Name) -> None:
    """End the person's sign-ins everywhere."""
    with writing(usable_engine()) as connection:
        count = sign_ins.end_all(connection, name)
        audit.note(connection, "sign-in.ended-everywhere", "account", name, count=count)
    print(f"{count} sign-ins ended.")


@app.command("single-sign-on")
@speaking
def single_sign_on(
    name: Name, subject: Annotated[str, typer.Option(help="As whom it knows the person; empty: as nobody.")] = ""
) -> None:
    """Say as whom the programme's single sign-on knows a person."""
    with writing(usable_engine()) as connection:
        accounts.set_subject(connection, name, subject or None)


@app.command("close-demo")
@speaking
def close_demo() -> None:
    """Close the demo's accounts, so that the warehouse can be served without --demo."""
    with writing(usable_engine()) as connection:
        open_ones = [one.name for one in accounts.all_accounts(connection) if one.demo and not one.closed]
        for name in open_ones:
            accounts.set_closed(connection, name, True)
    print(f"{len(open_ones)} demo accounts closed.")


def _require_known(connection: Connection, role: str, place: str) -> None:
    """Raises AccountError for a place that the programme does not have."""
    kind = BOUND_TO.get(role)
    if kind == "province" and place and place not in load_form().provinces:
        raise AccountError(f"there is no province {place!r}; give its code as in regions.yml")
    if kind == "base" and place and Registry(connection).latest(place) is None:
        raise AccountError(f"there is no base {place!r}; see the list with: python -m etl status")
