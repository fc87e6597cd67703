"""How many bases have which lamp, as the first thing on the page of flags; each number leads to its bases."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import lamps, numbers, urls
from dashboard.components import Part
from dashboard.flag_case import standing_of
from dashboard.pages.flags_rows import Row
from dashboard.urls import FLAGS, STEP, State
from dashboard.view import View
from indicators.repository import Publication
from indicators.verdicts.reasons import GREEN, GREY, IMPROVING, WARNINGS, WORST_FIRST


def figures(shown: View, state: State, publication: Publication, here: Sequence[Row]) -> html.Ul:
    """The sum of what needs a look, then lamp by lamp."""
    asked = state.with_(kind="", case="", shown=STEP)
    warned = [row for row in here if row.queued.warned]
    tiles = [_tile(shown, asked, "", warned, _with_case(shown, warned), not (state.kind or state.case))]
    for lamp in WORST_FIRST:
        of_lamp = [row for row in here if row.queued.lamp == lamp]
        tiles.append(_tile(shown, asked, lamp, of_lamp, _note(shown, publication, lamp, of_lamp)))
    return html.Ul(tiles, className="lamp-figures", **c.aria(label=shown.say("verdict.lamps")))


def _tile(shown: View, state: State, lamp: str, rows: Sequence[Row], note: str, alone: bool = True) -> html.Li:
    words: list[Part] = (
        [shown.say("flags.to_look_at")] if not lamp else [lamps.shape(lamp), shown.say(f"flags.lamp.{lamp}")]
    )
    link = html.A(
        [
            html.Span(words, className="lamp-mark"),
            html.Span(numbers.plain(len(rows)), className="big"),
            html.Span(note, className="note"),
        ],
        href=urls.build(FLAGS, state.with_(lamp=lamp)),
        **c.current(state.lamp == lamp and alone),
    )
    return html.Li(link)


def _with_case(shown: View, rows: Sequence[Row]) -> str:
    n = sum(standing_of(row.case) in ("notified", "answered") for row in rows)
    return shown.say("flags.with_case", n=numbers.plain(n)) if n else ""


def _note(shown: View, publication: Publication, lamp: str, rows: Sequence[Row]) -> str:
    """What stands out among the bases of that lamp."""
    found = {
        **{warning: ("flags.new", [row for row in rows if row.new_in(publication.period)]) for warning in WARNINGS},
        GREY: ("flags.no_return", [row for row in rows if row.absent]),
        GREEN: (
            "flags.improving",
            [row for row in rows if row.queued.verdict and row.queued.verdict.trend == IMPROVING],
        ),
    }
    key, told = found[lamp]
    return shown.say(key, n=numbers.plain(len(told))) if told else ""
