"""The choice of the what-if page in an address: read from it, with what was not understood, and written to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dashboard import urls
from dashboard.urls import LONGEST, WHAT_IF, State
from indicators.changed_since import index_weights
from indicators.definition import Definitions
from indicators.whatif import AS_PUBLISHED, MEAN_NAMES, MOST_FACTOR, SCALE_NAMES, Choice

WEIGHT = "w_"
"""Before a pillar's or indicator's code in the address: its weight, where it is not the published one."""
UNKNOWN, NO_NUMBER, TOO_MUCH = "unknown", "no_number", "too_much"
OPTIONS: dict[str, Sequence[str]] = {"scale": SCALE_NAMES, "mean": MEAN_NAMES}


@dataclass(frozen=True)
class Misread:
    """A choice of the address that is not taken as it stands there. `why`: UNKNOWN, NO_NUMBER or TOO_MUCH for a weight,
    else which of OPTIONS it was meant for; `code`: of what the weight was meant for."""

    name: str
    text: str
    why: str
    code: str = ""

    @property
    def given(self) -> str:
        return f"{self.name[:LONGEST]}={self.text[:LONGEST]}"


def weights_of(definitions: Definitions, base_type: str) -> dict[str, float]:
    """Pillar or indicator → its weight, of what counts in the type's index; a pillar weighs what its indicators do."""
    weights: dict[str, float] = {}
    for pillar, inside in index_weights(definitions, base_type).items():
        weights |= {pillar: sum(inside.values()), **inside}
    return weights


def most(weight: float) -> float:
    """The most that what was published with that weight can be given."""
    return MOST_FACTOR * weight


def read_choice(query: Mapping[str, Any], weights: Mapping[str, float]) -> tuple[Choice, tuple[Misread, ...]]:
    """The choice in an address, and what of the address is not understood: that stays as published."""
    factors: dict[str, float] = {}
    misread: list[Misread] = []
    for name, given in query.items():
        text, code = str(given), name.removeprefix(WEIGHT)
        if code == name or not text:
            continue
        number, weight = _number(given), weights.get(code)
        if weight is None or number is None:
            misread.append(Misread(name, text, UNKNOWN if weight is None else NO_NUMBER, code))
            continue
        if number > most(weight):
            misread.append(Misread(name, text, TOO_MUCH, code))
        if number != weight:
            factors[code] = min(number / weight, MOST_FACTOR)
    for name, options in OPTIONS.items():
        if query.get(name, options[0]) not in options:
            misread.append(Misread(name, str(query[name]), name))
    scale, mean = (
        str(query[name]) if query.get(name) in options else usual
        for (name, options), usual in zip(OPTIONS.items(), AS_PUBLISHED, strict=True)
    )
    return Choice(factors, scale, mean), tuple(misread)


def _number(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < float("inf") else None


def address(state: State, choice: Choice, weights: Mapping[str, float]) -> str:
    """The whole choice as an address."""
    more = {f"{WEIGHT}{code}": written(factor * weights[code]) for code, factor in choice.factors.items()}
    for name, chosen, usual in zip(OPTIONS, (choice.scale, choice.mean), AS_PUBLISHED, strict=True):
        if chosen != usual:
            more[name] = chosen
    plain = urls.build(WHAT_IF, state)
    return f"{plain}{'&' if '?' in plain else '?'}{urlencode(more)}" if more else plain


def written(weight: float) -> str:
    return f"{weight:g}"
