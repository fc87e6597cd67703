"""What of one type's index is another since a publication was made: the weights, what is counted, and how."""

from dataclasses import dataclass

from indicators.definition import Definitions, Indicator

HOW = ("numerator", "denominator", "factor", "direction", "zero_denominator", "pillar")
"""What of an indicator decides its score, besides its weight."""


@dataclass(frozen=True)
class Weight:
    """An indicator's weight then and now; None: it did not, or does not, count in the type's index."""

    code: str
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Changed:
    """`weights`: those that differ; `computed`: the indicators that count both times but are computed otherwise; `rules`:
    whether scores are put together otherwise."""

    weights: tuple[Weight, ...]
    computed: tuple[str, ...]
    rules: bool

    def __bool__(self) -> bool:
        return bool(self.weights or self.computed or self.rules)


def index_weights(definitions: Definitions, base_type: str) -> dict[str, dict[str, float]]:
    """Pillar → indicator → weight, of what counts in the type's index."""
    found: dict[str, dict[str, float]] = {}
    for code, pillar in definitions.pillars.items():
        inside = {one.code: one.weight for one in definitions.of_pillar(code) if _counts(one, base_type)}
        if inside and not pillar.bonus:
            found[code] = inside
    return found


def changed_since(then: Definitions, now: Definitions, base_type: str) -> Changed:
    """From the definitions of then to those of now, the indicators in the order of then, new ones last."""
    before, after = _single_weights(then, base_type), _single_weights(now, base_type)
    codes = dict.fromkeys([*before, *after])
    return Changed(
        tuple(Weight(code, before.get(code), after.get(code)) for code in codes if before.get(code) != after.get(code)),
        tuple(code for code in before if code in after and _how(then, code) != _how(now, code)),
        _rules(then) != _rules(now),
    )


def _counts(indicator: Indicator, base_type: str) -> bool:
    return bool(indicator.scored and base_type in indicator.base_types and indicator.weight)


def _single_weights(definitions: Definitions, base_type: str) -> dict[str, float]:
    return {
        code: weight for inside in index_weights(definitions, base_type).values() for code, weight in inside.items()
    }


def _how(definitions: Definitions, code: str) -> tuple:
    return tuple(getattr(definitions.indicators[code], name) for name in HOW)


def _rules(definitions: Definitions) -> tuple:
    scores = definitions.method.scores
    return scores.ties, scores.withheld, scores.min_share
