"""A flag as a sentence: what, how much, and what it was held against."""

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.urls import State
from dashboard.view import View
from indicators.definition import load_definitions
from indicators.repository import FlagRow

SHAPES = {"missing_return": "○", "p20": "▼", "floor": "■"}
"""Each kind has a shape, so that colour is never alone."""


def linked(view: View, flag: FlagRow) -> Part:
    """The sentence, with its indicator explained."""
    return c.explained(view, State(type=flag.member.type), flag.code, sentence(view, flag))


def sentence(view: View, flag: FlagRow) -> str:
    """The flag in the viewer's language, without the base's name."""
    definitions = load_definitions()
    if flag.kind == "missing_return":
        return view.say("flag.missing_return")
    name = definitions.name(flag.code)[view.language]
    if flag.kind == "p20":
        return view.say("flag.p20", name=name, value=numbers.score(flag.value), limit=numbers.score(flag.reference))
    indicator = definitions.indicators[flag.code]
    floor = indicator.floor
    rule = floor.rule if floor else "min"
    if rule == "peer_p20" and indicator.direction == "down":
        rule = "peer_p80"
    return view.say(
        f"flag.{rule}",
        name=name,
        value=numbers.in_sentence(flag.value, indicator.unit, view.language),
        limit=numbers.in_sentence(flag.reference, indicator.unit, view.language),
    )
