"""An account as its administrator sees it: its place in words, how it stands, whether somebody is signed in with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dash import html
from sqlalchemy import Connection

from dashboard import accounts, lockout, numbers, sign_ins
from dashboard import components as c
from dashboard.accounts import Account
from dashboard.components import Part
from dashboard.permissions import BOUND_TO
from dashboard.sign_ins import Presence
from dashboard.view import View
from etl.clock import local, now
from etl.form import load_form
from etl.registry import ACTIVE, Base, Registry
from indicators.scope import Scope

MARKS = {"closed": "○", "locked": "▲", "first": "◇", "open": "●"}
"""State → its shape."""


@dataclass(frozen=True)
class Listed:
    """An account with its base, where it is bound to one. `locked_until`: no password is heard before; `presence`: where
    somebody is signed in with it."""

    account: Account
    base: Base | None
    locked_until: datetime | None
    presence: Presence | None

    @property
    def states(self) -> list[str]:
        """How it stands, what hinders most first."""
        one = self.account
        holds = {"closed": one.closed, "locked": self.locked_until is not None, "first": one.must_change}
        return [state for state, so in holds.items() if so] or ["open"]


def listed(connection: Connection, scope: Scope) -> tuple[Listed, ...]:
    """Every account, by name. To be asked where the permission ACCOUNTS was: an account is no figure, so that no scope
    holds it."""
    every, moment, registry = accounts.all_accounts(connection), now(), Registry(connection)
    pauses = lockout.pauses(connection, [one.name for one in every], moment)
    present = sign_ins.presences(connection, moment)
    return tuple(Listed(one, _base(registry, one), pauses.get(one.name), present.get(one.name)) for one in every)


def _base(registry: Registry, one: Account) -> Base | None:
    return registry.latest(one.place) if BOUND_TO.get(one.role) == "base" and one.place else None


def bases(connection: Connection, scope: Scope) -> tuple[Base, ...]:
    """The bases that an account can be bound to: those of the programme as they are at last, by code. Names only."""
    registry = Registry(connection)
    found = (registry.latest(code) for code in registry.codes)
    return tuple(base for base in found if base and base.status == ACTIVE)


def role(view: View, one: Account) -> str:
    """The role in words; one that the product no longer knows by its code."""
    return view.say(f"role.{one.role}") if one.role in BOUND_TO else one.role


def place(view: View, one: Listed) -> str:
    """The place in words: the province or the base; empty for who is bound to none."""
    code = one.account.place or ""
    if one.base:
        return view.say("accounts.base_named", name=one.base.name[view.language], code=code)
    provinces = load_form().provinces
    return provinces[code].name[view.language] if code in provinces else code


def states(view: View, one: Listed) -> Part:
    """How it stands, as marks with words."""
    return [_state(view, one, state) for state in one.states]


def _state(view: View, one: Listed, state: str) -> html.Span:
    until = clock(view, one.locked_until) if one.locked_until else ""
    words = view.say(f"accounts.state.{state}", until=until)
    return html.Span(
        [html.Span(MARKS[state], className="shape", **c.aria(hidden="true")), words], className=f"is-{state}"
    )


def tags(view: View, one: Account) -> list[Part]:
    """What is particular about it."""
    return [html.Span(view.say(f"accounts.tag.{tag}"), className="tag") for tag, so in (("demo", one.demo),) if so]


def seen(view: View, one: Listed) -> str:
    """When somebody was last seen of those who are signed in with it."""
    if one.presence is None:
        return numbers.NONE
    key = "accounts.seen" if one.presence.count == 1 else "accounts.seen_several"
    return view.say(key, when=clock(view, one.presence.last), n=numbers.plain(one.presence.count))


def clock(view: View, moment: datetime) -> str:
    """A stored time by the programme's clock: "14:05" today, else with its day."""
    then = local(moment)
    time = f"{then:%H:%M}"
    if then.date() == local(now()).date():
        return time
    return view.say("accounts.day_and_time", day=numbers.day(moment, view.language), time=time)


def matching(view: View, every: Sequence[Listed], wanted: str) -> list[Listed]:
    """Those in whose name, role, place or state every word of the search stands."""
    words = wanted.casefold().split()
    return [one for one in every if all(word in _told(view, one) for word in words)]


def _told(view: View, one: Listed) -> str:
    stands = [view.say(f"accounts.state.{state}", until="") for state in one.states]
    base = [one.base.name.en, one.base.name.zh] if one.base else []
    parts = [one.account.name, role(view, one.account), place(view, one), *base, one.account.subject or "", *stands]
    return "\n".join(parts).casefold()
