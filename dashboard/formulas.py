"""An indicator's formula in the words of its measures, as a fraction."""

from dash import html

from dashboard import numbers
from dashboard.components import Part
from etl.form import Form
from etl.wording import in_words
from indicators.definition import Indicator


def parts(indicator: Indicator, language: str, form: Form) -> tuple[str, str, str]:
    """What is above the line, what is below it (or nothing), and the factor. `form`: whose measures are named, that of
    the publication."""
    top = in_words(indicator.numerator_tree, form, None, language)
    if not indicator.denominator_tree:
        return top, "", ""
    below = in_words(indicator.denominator_tree, form, None, language)
    return top, below, f"× {numbers.plain(indicator.factor)}" if indicator.factor != 1 else ""


def formula(indicator: Indicator, language: str, form: Form) -> Part:
    """As `parts`, drawn as a fraction."""
    top, below, factor = parts(indicator, language, form)
    if not below:
        return top
    return html.Span([html.Span([html.Span(top), html.Span(below)], className="fraction"), factor], className="formula")


def denominator(indicator: Indicator, language: str, form: Form) -> str:
    """What the indicator divides by, in words; empty when it divides by nothing."""
    tree = indicator.denominator_tree
    return in_words(tree, form, None, language) if tree else ""
