"""A flag as a sentence: what, how much, and what it was held against."""

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.view import View
from indicators.definition import Indicator
from indicators.repository import FlagRow, Publication
from indicators.verdicts.written import written

SHAPES = {"missing_return": "○", "p20": "▼", "floor": "■"}
"""Each kind has a shape, so that colour is never alone."""


def name_of(view: View, flag: FlagRow) -> str:
    """Of what is flagged; its code where it is a publication's whose definitions cannot be loaded any more."""
    return flag.about.name[view.language] if flag.about else flag.code


def linked(view: View, publication: Publication, flag: FlagRow) -> Part:
    """The sentence about a flag of the publication, with its indicator explained."""
    definitions = view.definitions(publication)
    return c.explained(view, publication, flag.member.type, flag.code, sentence(view, flag), definitions)


def sentence(view: View, flag: FlagRow) -> str:
    """The flag in the viewer's language, without the base's name."""
    if flag.kind == "missing_return":
        return view.say("flag.missing_return")
    name = name_of(view, flag)
    if flag.kind == "p20":
        return view.say("flag.p20", name=name, value=numbers.score(flag.value), limit=numbers.score(flag.reference))
    indicator = flag.about
    if not isinstance(indicator, Indicator):
        return view.say("flag.undefined", name=name)
    floor = indicator.floor
    rule = floor.rule if floor else "min"
    if rule == "peer_p20" and indicator.direction == "down":
        rule = "peer_p80"
    value, limit = written([flag.value, flag.reference], indicator.unit, view.language)
    return view.say(f"flag.{rule}", name=name, value=value or numbers.NONE, limit=limit or numbers.NONE)
