"""Formulas on a panel equal a plain recursive evaluation, one base and quarter at a time, written from the prose of
design.md and sharing nothing with the product but the words of the language."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import formula, periods
from etl.evaluation import Evaluator
from etl.panel import Panel, Why

MEASURES = ("a", "b", "c")
REASONS = ("zero_denominator", "withheld", "no_return", "history", "not_asked")
"""From the weakest to the strongest: of two reasons the later one is told."""
BACK = {"lag1": [1], "lag4": [4], "sum4": [0, 1, 2, 3], "avg5": [0, 1, 2, 3, 4]}

# --- the naive evaluation: a tree is a tuple, a result is (value, None) or (None, reason) ---


@dataclass
class World:
    """values[quarter][measure][base] with None for blank; kind[quarter][base] None: not in the programme."""

    first: str
    values: list
    kind: list
    asked: dict
    returned: list

    @property
    def quarters(self) -> int:
        return len(self.kind)

    def measure(self, code: str, quarter: int, base: int):
        if quarter < 0:
            return None, "history"
        kind = self.kind[quarter][base]
        if kind is None:
            return None, "history"
        if kind not in self.asked[code]:
            return None, "not_asked"
        if not self.returned[quarter][base]:
            return None, "no_return"
        value = self.values[quarter][code][base]
        return (value, None) if value is not None else (None, "withheld")


def naive(tree, world: World, quarter: int, base: int):
    if quarter < 0:
        return None, "history"
    kind, *parts = tree
    if kind == "number":
        return parts[0], None
    if kind == "quarter":
        return float(int(world.first[-1]) - 1 + quarter) % 4 + 1, None
    if kind == "measure":
        return world.measure(parts[0], quarter, base)
    if kind in BACK:
        steps = [naive(parts[0], world, quarter - back, base) for back in BACK[kind]]
        return combine(lambda *values: sum(values) / (len(values) if kind == "avg5" else 1), steps)
    sides = [naive(part, world, quarter, base) for part in parts]
    if kind == "+":
        (left, why_left), (right, why_right) = sides
        if why_left == "not_asked" and why_right != "not_asked":
            return right, why_right
        if why_right == "not_asked" and why_left != "not_asked":
            return left, why_left
    if kind == "/" and sides[1] == (0, None) and sides[0][1] is None:
        return None, "zero_denominator"
    return combine(OPERATIONS[kind], sides)


def combine(operation, sides):
    reasons = [why for _, why in sides if why]
    if reasons:
        return None, max(reasons, key=REASONS.index)
    return float(operation(*(value for value, _ in sides))), None


OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "negative": lambda a: -a,
    "not": lambda a: not a,
    "and": lambda *all_: all(all_),
    "or": lambda *all_: any(all_),
    "abs": abs,
    "min": lambda *all_: min(all_),
    "max": lambda *all_: max(all_),
}


def text_of(tree) -> str:
    kind, *parts = tree
    if kind == "number":
        return f"{parts[0]:g}"
    if kind == "measure":
        return parts[0]
    if kind == "quarter":
        return "quarter"
    words = [text_of(part) for part in parts]
    if kind in BACK or kind in ("abs", "min", "max"):
        return f"{kind}({', '.join(words)})"
    if kind == "negative":
        return f"(-{words[0]})"
    if kind == "not":
        return f"(not {words[0]})"
    return f"({f' {kind} '.join(words)})"


# --- random formulas and panels ---

LEAF = st.one_of(
    st.tuples(st.just("measure"), st.sampled_from(MEASURES)),
    st.tuples(st.just("measure"), st.sampled_from(MEASURES)),
    st.tuples(st.just("number"), st.sampled_from([0.0, 1.0, 2.0, 5.0])),
    st.just(("quarter",)),
)


def _number(inner, exact: bool):
    """Whole numbers stay whole when `exact`, so that equality and a zero denominator are not a matter of rounding."""
    windows = ["lag1", "lag4", "sum4"] + ([] if exact else ["avg5"])
    return st.one_of(
        st.tuples(st.sampled_from(["+", "+", "-", "*"]), inner, inner),
        st.tuples(st.sampled_from(windows), inner),
        st.tuples(st.just("negative"), inner),
        st.tuples(st.just("abs"), inner),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner),
        st.tuples(st.sampled_from(["min", "max"]), inner),
    )


WHOLE = st.recursive(LEAF, lambda inner: _number(inner, exact=True), max_leaves=5)
NUMBER = st.recursive(
    LEAF | st.tuples(st.just("/"), WHOLE, WHOLE), lambda inner: _number(inner, exact=False), max_leaves=5
)
COMPARISON = st.tuples(st.sampled_from(["==", "!=", "<=", ">=", "<", ">"]), WHOLE, WHOLE)
CONDITION = st.recursive(
    COMPARISON,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner, inner),
        st.tuples(st.sampled_from(["==", "!="]), inner, inner),
    ),
    max_leaves=4,
)


@st.composite
def worlds(draw) -> World:
    quarters, bases = draw(st.integers(1, 7)), draw(st.integers(1, 3))
    joins = [draw(st.integers(0, quarters)) for _ in range(bases)]
    kinds = [draw(st.sampled_from([0, 1])) for _ in range(bases)]
    turns = [draw(st.integers(0, 2 * quarters)) for _ in range(bases)]  # the quarter in which a base changes its type
    cell = st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, -1.0, 4.0, 7.0, None])
    return World(
        first=f"2024Q{draw(st.integers(1, 4))}",
        values=[{code: [draw(cell) for _ in range(bases)] for code in MEASURES} for _ in range(quarters)],
        kind=[
            [None if q < joins[b] else (kinds[b] + (q >= turns[b])) % 2 for b in range(bases)] for q in range(quarters)
        ],
        asked={code: draw(st.sampled_from([{0, 1}, {0, 1}, {0}, {1}, set()])) for code in MEASURES},
        returned=[[draw(st.sampled_from([True, True, True, False])) for _ in range(bases)] for _ in range(quarters)],
    )


def panel_of(world: World) -> Panel:
    quarters = [periods.shift(world.first, step) for step in range(world.quarters)]
    types = np.array([[-1 if kind is None else kind for kind in row] for row in world.kind], dtype=np.int16)
    asked = np.array([[kind in world.asked[code] for kind in (0, 1)] for code in MEASURES])
    panel = Panel.empty(quarters, MEASURES, [f"B{i}" for i in range(types.shape[1])], types, asked)
    for q, row in enumerate(world.values):
        for m, code in enumerate(MEASURES):
            panel.values[q, m] = [math.nan if value is None else value for value in row[code]]
    panel.returned = np.array(world.returned)
    panel.refresh()
    return panel


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.lists(NUMBER | CONDITION, min_size=1, max_size=3))
def test_any_formula_on_any_panel_equals_the_row_by_row_evaluation(world, trees):
    evaluate = Evaluator(panel_of(world))
    for tree in trees:  # several on one evaluator, which remembers the parts that they share
        column = evaluate(formula.parse(text_of(tree)))
        for q in range(world.quarters):
            for b in range(len(world.kind[0])):
                value, reason = naive(tree, world, q, b)
                told = Why(int(column.why[q, b])).name.lower()
                found = column.values[q, b]
                assert told == (reason or "present"), (text_of(tree), q, b)
                if reason:
                    assert math.isnan(found), text_of(tree)
                else:
                    assert found == pytest.approx(value, rel=1e-9, abs=1e-9), text_of(tree)


def line(*values, tolerance=None, kind=0, asked=True, measure="a"):
    """An evaluator of one measure of one base over consecutive quarters from 2024Q1."""
    panel = Panel.empty(
        periods.span("2024Q1", periods.shift("2024Q1", len(values) - 1)),
        [measure, "zero"],
        ["B"],
        np.full((len(values), 1), kind, dtype=np.int16),
        np.array([[asked], [True]]),
    )
    panel.values[:, 0, 0], panel.values[:, 1, 0] = values, 0
    panel.returned[:] = True
    panel.refresh()
    return Evaluator(panel, tolerance)


def last(evaluate, text):
    column = evaluate(formula.parse(text))
    return column.values[-1, 0], Why(int(column.why[-1, 0]))


def test_sum4_adds_the_last_four_quarters():
    assert last(line(100, 1, 2, 3, 4), "sum4(a)") == (10, Why.PRESENT)


def test_avg5_is_the_mean_of_five_quarter_ends():
    assert last(line(1, 2, 3, 4, 10), "avg5(a)") == (4, Why.PRESENT)


def test_a_window_longer_than_the_history_is_missing_because_of_history():
    assert last(line(1, 2, 3), "sum4(a)")[1] == Why.HISTORY


def test_windows_may_be_nested():
    assert last(line(1, 2, 3, 4, 5), "lag1(lag1(a)) + sum4(lag1(a))") == (3 + 1 + 2 + 3 + 4, Why.PRESENT)


def test_a_blank_is_never_0():
    assert last(line(5, math.nan), "a + zero")[1] == Why.WITHHELD


def test_division_by_zero_is_missing_with_its_own_reason():
    assert last(line(5), "a / zero")[1] == Why.ZERO_DENOMINATOR


def test_zero_divided_by_zero_is_missing_too():
    assert last(line(0), "a / zero")[1] == Why.ZERO_DENOMINATOR


def test_a_measure_not_asked_counts_as_0_only_where_it_is_added():
    evaluate = line(math.nan, asked=False)
    assert last(evaluate, "a + zero") == (0, Why.PRESENT)
    assert last(evaluate, "zero - a")[1] == Why.NOT_ASKED
    assert last(evaluate, "max(zero, a)")[1] == Why.NOT_ASKED


def test_a_sum_of_nothing_but_unasked_measures_is_not_asked():
    assert last(line(math.nan, asked=False), "a + a")[1] == Why.NOT_ASKED


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a == 100", 1), ("a <= 100", 1), ("a >= 100", 1), ("a != 100", 0), ("a > 100", 0), ("a < 100", 0),
        ("a == 99.99", 0), ("a <= 99.99", 0), ("a > 99.99", 1), ("a != 99.99", 1),
    ],
)  # fmt: skip
def test_money_that_differs_by_less_than_half_a_cent_is_equal(text, holds):
    assert last(line(100.004, tolerance={"a": 0.005}), text) == (holds, Why.PRESENT)


def test_counts_are_compared_exactly():
    assert last(line(100.004), "a == 100") == (0, Why.PRESENT)


def test_the_result_of_a_formula_does_not_change_what_was_computed_before():
    evaluate = line(1, 2, 3, 4)
    before = last(evaluate, "sum4(a)")
    last(evaluate, "sum4(a) / zero + abs(-a)")
    assert last(evaluate, "sum4(a)") == before
