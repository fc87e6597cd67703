"""A verdict in words: its lamp and grade as shape, colour and word; its reasons as sentences."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import lamps, numbers
from dashboard.components import Part
from dashboard.lamps import SHAPES
from dashboard.view import View
from etl.catalogue import Text
from etl.form import load_form
from indicators.definition import Definitions
from indicators.repository import Publication, Verdict
from indicators.verdicts.reasons import ADJUST, GRADES, GREEN, GREY, HONOUR, IMPROVING, PRAISE, RED, Reason
from indicators.verdicts.reasons import WORST_FIRST as WORST_FIRST
from indicators.verdicts.words import in_words

SHORT = {"decline": "fall", "slipping": "fall", "improving": "rise"}
"""Rules whose whole sentence is too long for a list; the base's page tells it."""
GOOD = (GREEN, "A", HONOUR, IMPROVING, PRAISE)
"""What a reason may weigh for that is no warning."""


def lamp_mark(view: View, lamp: str) -> html.Span:
    """The lamp as its shape and its word."""
    return html.Span([lamps.shape(lamp), view.say(f"verdict.lamp.{lamp}")], className="lamp-mark")


def headline(view: View, verdict: Verdict) -> html.Div:
    """Lamp, grade, trend and proposal side by side."""
    parts: list[Part] = [lamp_mark(view, verdict.lamp)]
    if verdict.grade:
        key = "verdict.grade" if verdict.final else "verdict.grade_so_far"
        parts.append(html.Span(view.say(key, grade=verdict.grade), className="grade"))
    parts.append(html.Span(view.say(f"verdict.trend.{verdict.trend}"), className=f"trend is-{verdict.trend}"))
    if verdict.proposal:
        parts.append(html.Span(view.say(f"verdict.proposal.{verdict.proposal}"), className="proposal"))
    return html.Div(parts, className="verdict-line")


def reasons(
    view: View, publication: Publication, verdict: Verdict, base_type: str, most: int | None = None
) -> html.Ul | None:
    """A sentence for each reason of a verdict in the publication, those for the lamp first; `most`: no more than so
    many."""
    told = verdict.reasons[:most]
    if not told:
        return None
    return html.Ul(
        [html.Li(sentence(view, publication, reason, base_type, verdict.definitions)) for reason in told],
        className="reasons",
    )


def sentence(
    view: View, publication: Publication, reason: Reason, base_type: str, definitions: Definitions
) -> Sequence[Part]:
    """The reason with the mark of what it weighs for. `definitions`: of the publication."""
    told = words(view, reason, base_type, definitions)
    return [mark(reason), c.explained(view, publication, base_type, reason.code, told, definitions)]


def mark(reason: Reason) -> html.Span:
    """What a reason weighs for, as shape and colour."""
    return html.Span(mark_of(reason), className=f"shape weighs-{tone_of(reason)}", **c.aria(hidden="true"))


def words(view: View, reason: Reason, base_type: str, definitions: Definitions) -> str:
    """The reason in words."""
    kind = load_form().types.get(base_type)
    name = Text(en=kind.name.en[:1].lower() + kind.name.en[1:], zh=kind.name.zh) if kind else None
    return in_words(reason, definitions, view.language, name)


def brief(view: View, reason: Reason, base_type: str, definitions: Definitions) -> str:
    """The reason in words, short enough for a list."""
    if reason.rule not in SHORT:
        return words(view, reason, base_type, definitions)
    return view.say(
        f"attention.{SHORT[reason.rule]}",
        value=numbers.plain(reason.value or 0.0, 1),
        quarters=reason.quarters,
        count=reason.count,
        of=reason.of,
    )


def mark_of(reason: Reason) -> str:
    """The shape of what a reason weighs for."""
    if reason.weighs in SHAPES:
        return SHAPES[reason.weighs]
    if reason.weighs in GRADES:
        return reason.weighs
    return "▲" if reason.weighs in GOOD else "▼" if reason.weighs == ADJUST else "·"


def tone_of(reason: Reason) -> str:
    """The colour of the mark: that of a lamp, or of good, bad and neutral."""
    if reason.weighs in SHAPES:
        return reason.weighs
    return GREEN if reason.weighs in GOOD else RED if reason.weighs in ("D", ADJUST) else GREY
