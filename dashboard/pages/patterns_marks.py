"""Patterns: lamps, grades, reasons, marks among the peers, and the states of returns and cases."""

from dash import html

from dashboard import case_words, lamps, mark_words, return_words, spine, verdict_marks, verdict_words
from dashboard import components as c
from dashboard.components import Part
from dashboard.pages import patterns_data as data
from dashboard.view import View
from etl.status import MISSING
from etl.versions import ACCEPTED, CHECKED, DRAFT, FINAL, RETURNED, SUBMITTED
from indicators.repository.marks import BETTER, CONTEXT, SIMILAR, UNKNOWN, WORSE
from indicators.signals import FUNNEL
from indicators.verdicts.reasons import GRADES, WORST_FIRST
from indicators.xmr import JUDGEMENTS

RETURN_STATES = (MISSING, DRAFT, CHECKED, SUBMITTED, RETURNED, ACCEPTED, FINAL)


def samples(shown: View) -> list[tuple[str, Part]]:
    return [
        ("lamps", _row([lamps.mark(shown, lamp) for lamp in WORST_FIRST])),
        ("lamps_long", _row([verdict_words.lamp_mark(shown, lamp) for lamp in WORST_FIRST])),
        ("grades", _row([verdict_marks.grade(shown, letter) for letter in (*GRADES, None)])),
        ("verdicts", [_verdict(shown, place) for place in range(len(data.verdicts()))]),
        ("turned", _turned(shown)),
        ("spine_marks", spine.legend(shown)),
        ("rug_marks", mark_words.legend(shown)),
        ("rug_cells", _cells()),
        ("return_states", _row([return_words.state_mark(shown, state) for state in RETURN_STATES])),
        ("case_states", _row([case_words.state_mark(shown, one) for one in data.every_case()])),
    ]


def _row(parts: list[Part]) -> html.Div:
    return html.Div([html.Span(part) for part in parts], className="pattern-row")


def _verdict(shown: View, place: int) -> html.Div:
    verdict = data.verdicts()[place]
    return html.Div(
        [verdict_words.headline(shown, verdict), verdict_words.reasons(shown, data.PUBLICATION, verdict, data.TYPE)]
    )


def _turned(shown: View) -> Part:
    red, green = (lamps.mark(shown, lamp) for lamp in ("red", "green"))
    return _row(
        [verdict_marks.before_after(green, red, same=False), verdict_marks.before_after(green, green, same=True)]
    )


def _cells() -> Part:
    """Every mark of the rug, by a funnel and by a quarter of the peers, alone and with each course."""
    cells = [
        html.Td(mark_words.shape(mark, by, course))
        for by in (FUNNEL, "")
        for mark in (BETTER, SIMILAR, WORSE, UNKNOWN, CONTEXT)
        for course in JUDGEMENTS
    ]
    return html.Div(
        html.Table(html.Tbody(html.Tr(cells)), className="rug"),
        className="table-frame",
        tabIndex="0",
        role="region",
        **c.aria(label="rug"),
    )
