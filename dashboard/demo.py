"""The demo accounts: one for each role, bound to a place of the programme in the warehouse."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from dashboard.permissions import BOUND_TO, ROLES
from etl.registry import ACTIVE, Base, Registry


@dataclass(frozen=True)
class DemoAccount:
    name: str
    password: str
    role: str
    place: str | None


def demo_accounts(connection: Connection) -> list[DemoAccount]:
    """An account a role, named like it; roles bound to a place are left out while there are no bases."""
    known = Registry(connection)
    bases = [base for code in known.codes if (base := known.latest(code)) and base.status == ACTIVE]
    places = {None: None, "province": _province(bases), "base": _base(bases)}
    return [
        DemoAccount(role, f"{role}-demo", role, places[BOUND_TO[role]])
        for role in ROLES
        if BOUND_TO[role] is None or places[BOUND_TO[role]]
    ]


def _province(bases: list[Base]) -> str | None:
    """The province with the most bases."""
    counts = Counter(base.province for base in bases)
    return max(sorted(counts), key=counts.__getitem__, default=None)


def _base(bases: list[Base]) -> str | None:
    """The first base of that province."""
    province = _province(bases)
    return next((base.code for base in bases if base.province == province), None)
