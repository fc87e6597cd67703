"""Evaluates a formula for every base and quarter of a panel at once, and says why a value is missing.

A missing operand makes the result missing, never 0, with one exception: a measure that the form does not ask of the
base's type counts as 0 when it is added to one that is asked, because nobody withheld it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from etl import periods
from etl.formula import (
    WINDOWS,
    Arithmetic,
    Comparison,
    Function,
    Logic,
    Measure,
    Negative,
    Node,
    Not,
    Number,
    Quarter,
    Window,
    measures,
)
from etl.panel import Panel, Why

# Looked up once: for one base, looking up costs what computing does.
PRESENT, HISTORY, NOT_ASKED = np.uint8(Why.PRESENT), np.uint8(Why.HISTORY), np.uint8(Why.NOT_ASKED)


class Column(NamedTuple):
    """values[quarter, base], NaN exactly where why[quarter, base] is not PRESENT."""

    values: np.ndarray
    why: np.ndarray


class Evaluator:
    """Evaluates formulas on one panel; a part that several formulas share is computed once.

    `tolerance` gives by measure how far two values may lie apart and still be equal: 0.005 for money with two
    decimals, nothing for counts. A comparison takes the largest of its operands.
    """

    def __init__(self, panel: Panel, tolerance: Mapping[str, float] | None = None):
        self.panel = panel
        self.tolerance = tolerance or {}
        self._shape = panel.types.shape
        self._known: dict[Node, Column] = {}

    def __call__(self, node: Node) -> Column:
        column = self._known.get(node)
        if column is None:
            column = self._known[node] = self._evaluate(node)
        return column

    def _evaluate(self, node: Node) -> Column:
        match node:
            case Number(value):
                return self._same(value)
            case Quarter():
                numbers = np.array([periods.quarter(period) for period in self.panel.periods], dtype=float)
                return self._same(numbers[:, None])
            case Measure(code):
                return Column(*self.panel.column(code))
            case Negative(operand):
                column = self(operand)
                return Column(-column.values, column.why)
            case Arithmetic("+", left, right):
                return _add(self(left), self(right))
            case Arithmetic("/", left, right):
                return _divide(self(left), self(right))
            case Arithmetic(operator, left, right):
                return _combine(_ARITHMETIC[operator], self(left), self(right))
            case Comparison(operator, left, right):
                return self._compare(operator, node, self(left), self(right))
            case Not(operand):
                column = self(operand)
                return Column(1.0 - column.values, column.why)
            case Logic(operator, operands):
                return _combine(np.minimum if operator == "and" else np.maximum, *map(self, operands))
            case Function("abs", (operand,)):
                column = self(operand)
                return Column(np.abs(column.values), column.why)
            case Function(name, operands):
                return _combine(np.minimum if name == "min" else np.maximum, *map(self, operands))
            case Window(name, operand):
                return _window(name, self(operand))

    def _same(self, value: float | np.ndarray) -> Column:
        return Column(np.broadcast_to(value, self._shape), np.zeros(self._shape, dtype=np.uint8))

    def _compare(self, operator: str, node: Comparison, left: Column, right: Column) -> Column:
        slack = max((self.tolerance.get(code, 0.0) for code in measures(node)), default=0.0)

        why = np.maximum(left.why, right.why)
        holds = _COMPARE[operator](left.values - right.values, slack).astype(float)
        return Column(np.where(why == PRESENT, holds, np.nan), why)


_ARITHMETIC = {"-": np.subtract, "*": np.multiply}

# On the difference of the two sides, and the tolerance.
_COMPARE = {
    "==": lambda gap, slack: np.abs(gap) <= slack,
    "!=": lambda gap, slack: np.abs(gap) > slack,
    "<=": lambda gap, slack: gap <= slack,
    ">=": lambda gap, slack: gap >= -slack,
    "<": lambda gap, slack: gap < -slack,
    ">": lambda gap, slack: gap > slack,
}


def _combine(operation, first: Column, *others: Column) -> Column:
    """Applies the operation from left to right. Any missing operand makes the result missing: its NaN goes through
    every operation used here."""
    values, why = first
    for other in others:
        values, why = operation(values, other.values), np.maximum(why, other.why)
    return Column(values, why)


def _add(left: Column, right: Column) -> Column:
    not_left, not_right = left.why == NOT_ASKED, right.why == NOT_ASKED
    total = _combine(np.add, left, right)
    if not (not_left.any() or not_right.any()):
        return total
    only_left, only_right = not_right & ~not_left, not_left & ~not_right
    values = np.where(only_left, left.values, np.where(only_right, right.values, total.values))
    why = np.where(only_left, left.why, np.where(only_right, right.why, total.why))
    return Column(values, why)


def _divide(left: Column, right: Column) -> Column:
    zero = right.values == 0
    if not zero.any():
        return _combine(np.divide, left, right)
    quotient = _combine(np.divide, left, Column(np.where(zero, np.nan, right.values), right.why))
    why = np.where(zero & (quotient.why == PRESENT), np.uint8(Why.ZERO_DENOMINATOR), quotient.why)
    return Column(quotient.values, why)


def _window(name: str, column: Column) -> Column:
    """Quarters whose window reaches before the first one have too little history."""
    steps = WINDOWS[name]
    reach, quarters = max(steps), len(column.values)
    values = np.full(column.values.shape, np.nan)
    why = np.full(column.why.shape, HISTORY)
    early = min(reach, quarters)
    for step in steps:
        if step < early:
            np.maximum(why[step:early], column.why[: early - step], out=why[step:early])
    if quarters > reach:
        parts = [slice(reach - step, quarters - step) for step in steps]
        total, worst = column.values[parts[0]], column.why[parts[0]]
        for part in parts[1:]:
            total, worst = total + column.values[part], np.maximum(worst, column.why[part])
        values[reach:], why[reach:] = (total / len(steps) if name.startswith("avg") else total), worst
    return Column(values, why)
