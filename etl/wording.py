"""A failed formula check in plain words and both languages: the value, the rule with its numbers, and what to do.

Firms, end of quarter = 61, but it must equal Firms start of quarter 58 + Entered 6 − … = 63. Correct one of …
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from etl.catalogue import Text
from etl.formula import (
    Arithmetic,
    Comparison,
    Function,
    Logic,
    Measure,
    Negative,
    Node,
    Number,
    Quarter,
    Window,
    is_condition,
    measures,
)

if TYPE_CHECKING:
    from etl.form import Check, Form

Value = Callable[[Node], float | None]

MUST = {
    "==": ("must equal", "应等于"),
    "!=": ("must differ from", "应不等于"),
    "<=": ("must not exceed", "不应大于"),
    ">=": ("must be at least", "不应小于"),
    "<": ("must be below", "应小于"),
    ">": ("must be above", "应大于"),
}
WINDOWS = {
    "lag1": ("last quarter's {}", "上季{}"),
    "lag4": ("last year's {}", "上年同期{}"),
    "sum4": ("four quarters of {}", "近四季{}"),
    "avg5": ("five-quarter mean of {}", "近五季末平均{}"),
}
SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
FUNCTIONS = {
    "max": ("the largest of {}", "{}中的最大值"),
    "min": ("the smallest of {}", "{}中的最小值"),
    "abs": ("the size of {}", "{}的绝对值"),
}


def failed(check: Check, form: Form, value: Value) -> Text:
    """Why the check failed. `value` gives the number of any part of the formula for the base and quarter."""
    rule = decisive(check.tree)
    if rule:
        en, zh = (_comparison(rule, form, value, language) for language in ("en", "zh"))
    else:
        en, zh = (_listing(check, form, value, language) for language in ("en", "zh"))
    return Text(en=f"{en} {check.advice.en}", zh=f"{zh}{check.advice.zh}")


def decisive(node: Node) -> Comparison | None:
    """The comparison of two numbers that failed: of `quarter == 1 or …` the part that speaks of figures. None where
    the check is not a single one."""
    if isinstance(node, Logic) and node.operator == "or":
        told = [part for part in node.operands if measures(part)]
        if len(told) == 1:
            return decisive(told[0])
    return node if isinstance(node, Comparison) and not is_condition(node.left) else None


def _comparison(rule: Comparison, form: Form, value: Value, language: str) -> str:
    zh = language == "zh"
    left, right = (_side(side, form, value, language, measures(rule)) for side in (rule.left, rule.right))
    must = MUST[rule.operator][zh]
    return f"{left},但{must}{right}。" if zh else f"{_capital(left)}, but it {must} {right}."


def _side(node: Node, form: Form, value: Value, language: str, told: Collection[str]) -> str:
    """One side with its parts and its total: "Entered 6 + started 58 = 64"; a number by itself as it is."""
    if isinstance(node, Number):
        return number(node.value)
    if isinstance(node, Measure):
        return f"{form.measures[node.code].full_name[language]} = {number(value(node))}"
    return f"{in_words(node, form, value, language, told)} = {number(value(node))}"


def _listing(check: Check, form: Form, value: Value, language: str) -> str:
    told = measures(check.tree)
    shown = [f"{_name(code, form, language, told)} = {number(value(Measure(code)))}" for code in told]
    if language == "zh":
        return f"不符合“{check.name.zh}”:{'、'.join(shown)}。"
    return f"This does not hold: {check.name.en[:1].lower()}{check.name.en[1:]}. There stand {', '.join(shown)}."


def _name(code: str, form: Form, language: str, told: Collection[str]) -> str:
    """A part is understood by its own name where its whole is among what is `told`."""
    measure = form.measures[code]
    return (measure.name if measure.part_of in told else measure.full_name)[language]


def in_words(node: Node, form: Form, value: Value | None, language: str, told: Collection[str] = ()) -> str:
    """A formula with the measures' names, each followed by its value where `value` is given. `told`: the measures of
    the sentence that it is part of; without it those of the formula."""
    zh, told = language == "zh", told or measures(node)

    def words(part: Node) -> str:
        return in_words(part, form, value, language, told)

    match node:
        case Number(amount):
            return number(amount)
        case Quarter():
            return "季度序号" if zh else "the quarter's number"
        case Measure(code):
            return _name(code, form, language, told) + (f" {number(value(node))}" if value else "")
        case Window(name, Measure(code)):
            phrase = WINDOWS[name][zh].format(_name(code, form, language, told))
            return phrase + (f" {number(value(node))}" if value else "")
        case Window(name, operand):
            inner = in_words(operand, form, None, language, told)
            return WINDOWS[name][zh].format(f"({inner})") + (f" {number(value(node))}" if value else "")
        case Negative(operand):
            return f"−{words(operand)}"
        case Arithmetic(operator, left, right):
            brackets = _looser(left, operator), _looser(right, operator) or _groups(right, operator)
            parts = [
                f"({words(part)})" if needed else words(part)
                for part, needed in zip((left, right), brackets, strict=True)
            ]
            return f" {SIGNS[operator]} ".join(parts)
        case Function(name, operands):
            return FUNCTIONS[name][zh].format(("、" if zh else ", ").join(map(words, operands)))
        case Comparison(operator, left, right):
            return f"{words(left)} {operator} {words(right)}"
    return "; ".join(_name(code, form, language, told) for code in measures(node))


def _looser(part: Node, operator: str) -> bool:
    """Whether a part needs brackets beside the operator."""
    return isinstance(part, Arithmetic) and operator in "*/" and part.operator in "+-"


def _groups(right: Node, operator: str) -> bool:
    """Whether what stands right of − or ÷ would be read as taken apart without brackets."""
    alike = {"-": "+-", "/": "*/"}.get(operator, "")
    return isinstance(right, Arithmetic) and right.operator in alike


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def number(value: float | None) -> str:
    """A value as it is written in a message: 1,234 or 1,234.5; – for missing."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")
