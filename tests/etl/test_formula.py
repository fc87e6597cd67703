"""The language of checks and indicators: what it takes, what it refuses, and where."""

import pytest

from etl.formula import FormulaError, is_condition, measures, operands, parse, reach

REFUSED = {
    "attribute": "a + b.real",
    "subscript": "a[0]",
    "call of something else": "a + open(b)",
    "call of a call": "max(a)(b)",
    "keyword argument": "a + max(a, key=b)",
    "starred argument": "a + max(*b)",
    "text": "a + 'b'",
    "text in an f-string": "a + f'{b}'",
    "bytes": "a + b'c'",
    "truth value": "a + True",
    "None": "a + None",
    "ellipsis": "a + ...",
    "imaginary number": "a + 2j",
    "lambda": "a + (lambda: b)()",
    "comprehension": "max([b for b in a])",
    "list": "max([a, b])",
    "condition": "a if b else c",
    "assignment": "a + (b := 1)",
    "await": "await a",
    "power": "a ** b",
    "whole division": "a // b",
    "remainder": "a % b",
    "bits": "a & b",
    "is": "a is b",
    "in": "a in b",
    "tilde": "~a",
    "chained comparison": "a < b < c",
    "number beside a condition": "(a < b) + c",
    "number joined with and": "a and b < c",
    "not of a number": "not a",
    "condition compared with a number": "(a < b) == c",
    "condition inside a window": "sum4(a < b)",
    "condition inside a function": "max(a < b, c)",
    "minus of a condition": "-(a < b)",
    "function without its argument": "a + sum4",
    "no argument": "a + max()",
    "two arguments": "abs(a, b)",
    "two arguments of a window": "lag1(a, 2)",
    "two formulas": "a; b",
    "half a formula": "a +",
    "nothing": "",
    "blanks": "   ",
    "too large a number": "a + 1e999",
    "far too large a number": "a + " + "9" * 400,
    "zero byte": "a \0 b",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_everything_outside_the_language_is_refused_with_a_column(text):
    with pytest.raises(FormulaError, match=r"^column \d+: .+") as error:
        parse(text)
    assert 1 <= error.value.column <= len(text) + 2


@pytest.mark.parametrize(
    ("text", "column"), [("a + b.real", 5), ("firms_end <= b ** 2", 14), ("a < b < c", 1), ("sum4(x and y)", 6)]
)
def test_the_column_is_where_the_fault_stands(text, column):
    with pytest.raises(FormulaError) as error:
        parse(text)
    assert error.value.column == column


@pytest.mark.parametrize("text", ["(" * 60 + "a" + ")" * 60, " - ".join(["a"] * 40), "-" * 40 + "a", "a"])
def test_what_is_deep_but_not_too_deep_is_taken(text):
    assert measures(parse(text)) == ("a",)


@pytest.mark.parametrize("text", ["-" * 60 + "a", " - ".join(["a"] * 200), "abs(" * 60 + "a" + ")" * 60,
                                  "(" * 900 + "a" + ")" * 900, "-" * 1990 + "a", "not " * 400 + "a < b"])  # fmt: skip
def test_what_is_nested_too_deep_is_refused(text):
    with pytest.raises(FormulaError):
        parse(text)


def test_a_text_longer_than_the_limit_is_refused():
    with pytest.raises(FormulaError, match="longer than"):
        parse("a" * 2_001)


@pytest.mark.parametrize("text", ["a <= b", "not a < b", "a < 1 or b < 1 and c < 1", "(a == 0) == (b == 0)"])
def test_a_check_is_a_condition(text):
    assert is_condition(parse(text))


@pytest.mark.parametrize(
    "text", ["a", "1", "-a", "+a", "quarter", "sum4(a + lag1(b)) / max(a, b, 1)", "abs(a)", ".5", "1e3"]
)
def test_an_indicator_is_a_number(text):
    assert not is_condition(parse(text))


def test_blanks_around_and_between_do_not_matter():
    assert parse(" a+b ") == parse("a  +  b")


def test_measures_are_named_once_in_the_order_of_the_text():
    assert measures(parse("b + a * quarter - lag1(b) / c")) == ("b", "a", "c")


def test_operands_tell_how_many_quarters_back_each_is_read():
    assert operands(parse("a - lag4(a + lag1(b))")) == (("a", 0), ("a", 4), ("b", 5))
    assert operands(parse("sum4(lag1(a))")) == (("a", 1), ("a", 2), ("a", 3), ("a", 4))
    assert operands(parse("avg5(a)")) == tuple(("a", back) for back in range(5))


@pytest.mark.parametrize(
    ("text", "quarters"), [("a", 0), ("lag1(a)", 1), ("sum4(a)", 3), ("avg5(lag4(a))", 8), ("1", 0)]
)
def test_reach_is_the_furthest_quarter_back(text, quarters):
    assert reach(parse(text)) == quarters
