"""python -m dashboard accounts: who may sign in, without the screens."""

from typing import Annotated

import typer

from dashboard import account_steps, accounts
from dashboard.accounts import Account
from etl.console import speaking, usable_engine
from etl.warehouse import reading, writing

app = typer.Typer(no_args_is_help=True, help="Who may sign in, without the screens.")

Name = Annotated[str, typer.Argument(help="The account's name.")]
Role = Annotated[str, typer.Option(help="One of the roles of docs/accounts.md, such as evaluator or reporter.")]
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
    with writing(usable_engine()) as connection:
        given = account_steps.add(connection, name, role, place or None)
    print(given)


@app.command()
@speaking
def password(name: Name) -> None:
    """Give another first password, printed once. The person is signed out everywhere."""
    with writing(usable_engine()) as connection:
        given = account_steps.give_password(connection, name)
    print(given)


@app.command()
@speaking
def role(name: Name, role: Role, place: Place = "") -> None:
    """Give another role or place, from the next request on."""
    with writing(usable_engine()) as connection:
        account_steps.change_role(connection, name, role, place or None)


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
        account_steps.unlock(connection, name)


@app.command("sign-out")
@speaking
def sign_out(name: Name) -> None:
    """End the person's sign-ins everywhere."""
    with writing(usable_engine()) as connection:
        count = account_steps.sign_out(connection, name)
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
            accounts.set_closed(connection, name, True, last=True)
    print(f"{len(open_ones)} demo accounts closed.")
