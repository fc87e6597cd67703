"""Is it noise? Every base against its own history."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from etl import formula
from etl.form import Form
from indicators.compute import Values
from indicators.definition import Definitions, Indicator
from indicators.xmr import Charts, charts

A_YEAR = 4


@dataclass(frozen=True)
class History:
    """One indicator: `charts` [base, point] over the `quarters` (places on the time axis) up to the one that is judged,
    and the verdict on that one as arrays [base]: `cause` and `judgement` are places in xmr.CAUSES and JUDGEMENTS, 0 also
    where `judged` is False: the value is missing, or there are fewer points than the method asks for."""

    quarters: np.ndarray
    charts: Charts
    judged: np.ndarray
    provisional: np.ndarray
    cause: np.ndarray
    judgement: np.ndarray


def histories(values: Mapping[str, Values], definitions: Definitions, form: Form, quarter: int) -> dict[str, History]:
    """The process chart of each base's own series up to a quarter, for every indicator with a direction."""
    return {
        indicator.code: history_of(indicator, values[indicator.code].value, definitions, form, quarter)
        for indicator in definitions.indicators.values()
        if indicator.scored
    }


def step_of(indicator: Indicator, form: Form) -> int:
    """Quarters from one point of the series to the next. Values that look back, such as sums over four quarters, share
    most of what they are made of with their neighbours, and what counts since January falls every January: neither is a
    process of independent points. They are charted a year apart."""
    trees = [tree for tree in (indicator.numerator_tree, indicator.denominator_tree) if tree]
    yearly = any(form.measures[code].timing == "year_to_date" for tree in trees for code in formula.measures(tree))
    return A_YEAR if yearly or any(formula.reach(tree) for tree in trees) else 1


def history_of(indicator: Indicator, value: np.ndarray, definitions: Definitions, form: Form, quarter: int) -> History:
    """The process charts of one indicator up to a quarter, from value[quarter, base]."""
    places = np.arange(quarter, -1, -step_of(indicator, form))[::-1]
    found = charts(value[places].T, "down" if indicator.direction == "down" else "up")
    there = ~np.isnan(found.value)
    judged = there[:, -1] & (there.sum(axis=1) >= definitions.method.signals.history.least_points)
    last = (np.where(judged, array[:, -1], 0) for array in (found.provisional, found.cause, found.judgement))
    provisional, cause, judgement = last
    return History(places, found, judged, provisional.astype(bool), cause, judgement)
