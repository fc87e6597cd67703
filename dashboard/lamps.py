"""A lamp on the screen: shape, colour and word, on every page the same."""

from dash import html

from dashboard import components as c
from dashboard.components import Part
from dashboard.view import View
from indicators.verdicts.reasons import GREEN, GREY, RED, YELLOW

SHAPES = {RED: "■", YELLOW: "◆", GREY: "○", GREEN: "●"}
"""Each lamp has a shape, so that colour is never alone. In the order in which they weigh."""


def shape(lamp: str) -> html.Span:
    """The shape in the lamp's colour; a small dot for what is no lamp."""
    return html.Span(SHAPES.get(lamp, "·"), className=f"lamp is-{lamp}", **c.aria(hidden="true"))


def word(shown: View, lamp: str | None) -> str:
    return shown.say(f"lamp.{lamp}")


def mark(shown: View, lamp: str | None) -> Part:
    """The lamp with its word; nothing where there is none."""
    return html.Span([shape(lamp), word(shown, lamp)], className="lamp-mark") if lamp else None
