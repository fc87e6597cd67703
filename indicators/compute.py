"""Panel → every indicator's numerator, denominator, value and why it is missing, for all bases and quarters at once."""

from dataclasses import dataclass

import numpy as np

from etl.evaluation import NOT_ASKED, PRESENT, Column, Evaluator
from etl.panel import Panel
from indicators.definition import Definitions, Headline, Indicator


@dataclass(frozen=True)
class Values:
    """One indicator: arrays [quarter, base]. `value` is NaN exactly where `why` is not PRESENT; `complete` tells where
    every operand was there, so that the base can be part of a group's ratio of sums."""

    numerator: np.ndarray
    denominator: np.ndarray | None
    value: np.ndarray
    why: np.ndarray
    complete: np.ndarray


def compute(panel: Panel, definitions: Definitions, type_names: list[str]) -> dict[str, Values]:
    """All indicators on a panel. `type_names` are the base types in the order of the panel's numbers."""
    evaluate = Evaluator(panel)
    return {
        code: indicator_values(evaluate, indicator, panel.types, type_names)
        for code, indicator in definitions.indicators.items()
    }


def indicator_values(evaluate: Evaluator, indicator: Indicator, types: np.ndarray, type_names: list[str]) -> Values:
    """One indicator: factor × numerator ÷ denominator, for the types that it is defined for."""
    above = evaluate(indicator.numerator_tree)
    below = evaluate(indicator.denominator_tree) if indicator.denominator_tree else None
    whole = evaluate(indicator.ratio_tree)
    complete = above.why == PRESENT
    if below is not None:
        complete &= below.why == PRESENT
    value, why = whole.values * indicator.factor, whole.why
    if set(indicator.base_types) < set(type_names):
        defined = np.array([*(name in indicator.base_types for name in type_names), True])[types]  # type −1: the last
        value, why = np.where(defined, value, np.nan), np.where(defined, why, NOT_ASKED)
        complete &= defined & (types >= 0)
    return Values(above.values, below.values if below else None, value, why, complete)


def headline_values(panel: Panel, headline: Headline) -> Values:
    """A sum at the head of the overview, by base."""
    column: Column = Evaluator(panel)(headline.tree)
    present = column.why == PRESENT
    return Values(column.values, None, column.values, column.why, present)
