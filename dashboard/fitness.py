"""What has to be so before anything is served: in use no secret that can be guessed, no demo account; in the demo nobody
but its own accounts, and nobody from outside."""

from sqlalchemy import Connection

from dashboard import accounts
from etl.config import Settings
from etl.mistake import Mistake

LEAST_KEY, FEW = 32, 10
"""A key of fewer characters, or of fewer different ones, can be guessed."""
MAKE_ONE = "python -c 'import secrets; print(secrets.token_hex(32))'"
AT_HOME = ("127.0.0.1", "::1", "localhost")


class Unfit(Mistake):
    """The message says what to do."""


def fit_for_use(chosen: Settings, connection: Connection) -> None:
    """Raises Unfit unless real people may be let in."""
    key = chosen.secret_key
    if not key:
        raise Unfit(f"SECRET_KEY is not set; set it to a long random text ({MAKE_ONE}), or try the demo with --demo")
    if len(key) < LEAST_KEY or len(set(key)) < FEW:
        raise Unfit(f"SECRET_KEY can be guessed; make a random one of at least {LEAST_KEY} characters ({MAKE_ONE})")
    if demo := [one.name for one in accounts.all_accounts(connection) if one.demo and not one.closed]:
        raise Unfit(
            f"the warehouse has demo accounts, whose passwords are public ({', '.join(demo)}); close them with: "
            "python -m dashboard accounts close-demo"
        )


def fit_for_demo(chosen: Settings, connection: Connection) -> None:
    """Raises Unfit where accounts with public passwords would stand beside real ones, or be open to others."""
    if real := [one.name for one in accounts.all_accounts(connection) if not one.demo and not one.closed]:
        raise Unfit(
            f"the warehouse is in use ({len(real)} accounts of people), so no demo accounts are made in it; serve it "
            "without --demo, or name another one with DATABASE_URL"
        )
    if chosen.host not in AT_HOME:
        raise Unfit(f"HOST={chosen.host} opens the demo to others, and its passwords are public; unset HOST")
