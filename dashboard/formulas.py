"""An indicator's formula in the words of its measures, as a fraction."""

from dash import html

from dashboard import numbers
from dashboard.components import Part
from etl.form import Form
from etl.formula import Node
from etl.wording import in_words
from indicators.definition import Indicator


def parts(indicator: Indicator, language: str, form: Form) -> tuple[str, str, str]:
    """What is above the line, what is below it (or nothing), and the factor. `form`: whose measures are named, that of
    the publication."""
    return _parts(indicator.numerator_tree, indicator.denominator_tree, indicator.factor, language, form)


def _parts(above: Node, below: Node | None, factor: float, language: str, form: Form) -> tuple[str, str, str]:
    top = in_words(above, form, None, language)
    if not below:
        return top, "", ""
    return top, in_words(below, form, None, language), f"× {numbers.plain(factor)}" if factor != 1 else ""


def formula(indicator: Indicator, language: str, form: Form) -> Part:
    """As `parts`, drawn as a fraction."""
    return fraction(indicator.numerator_tree, indicator.denominator_tree, indicator.factor, language, form)


def fraction(above: Node, below_it: Node | None, by: float, language: str, form: Form) -> Part:
    """Any formula with what it is divided and multiplied by, drawn."""
    top, below, factor = _parts(above, below_it, by, language, form)
    if not below:
        return top
    return html.Span([html.Span([html.Span(top), html.Span(below)], className="fraction"), factor], className="formula")


def denominator(indicator: Indicator, language: str, form: Form) -> str:
    """What the indicator divides by, in words; empty when it divides by nothing."""
    tree = indicator.denominator_tree
    return in_words(tree, form, None, language) if tree else ""
