"""The programme's sums for an area: the number, its quarters as a line, the change on the year."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part
from dashboard.view import View
from indicators.repository import Headline


def headlines(shown: View, found: Sequence[Headline]) -> Part:
    """The numbers side by side."""
    return html.Div([_headline(shown, headline) for headline in found], className="headlines")


def _headline(shown: View, headline: Headline) -> Part:
    now, unit = headline.now, headline.definition.unit
    name = html.H2(headline.definition.name[shown.language])
    if now is None or now.value is None:
        reason = "count.hidden" if now is not None and now.hidden else "count.no_value"
        return html.Div([name, html.P(numbers.NONE, className="big"), html.P(shown.say(reason), className="note")])
    big, small = numbers.headline(now.value, unit, shown.language)
    change = headline.change
    year, counted = shown.say("overview.not_comparable"), None
    if change is not None:
        year = shown.say("overview.on_the_year", change=numbers.change(change.ratio, shown.language))
        counted = shown.say("overview.like_for_like", n=numbers.plain(change.bases))
    return html.Div(
        [
            name,
            html.Div(
                [
                    html.P([html.Span(big), html.Span(small, className="unit") if small else None], className="big"),
                    c.sparkline(headline.series.values, complete=now.bases == now.expected),
                ],
                className="figure-line",
            ),
            html.P(
                [
                    html.Span(year, className="change", title=counted),
                    html.Span(c.counted(shown, now.bases, now.expected)),
                ],
                className="note",
            ),
        ]
    )
