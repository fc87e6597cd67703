"""Beside a return: its versions and how they differ, the papers handed in with it, and what happened to it."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import numbers, return_words, review_words, urls
from dashboard.components import Part
from dashboard.pages.reviewed_values import written
from dashboard.view import View
from etl.form import load_form
from etl.versions import Version
from indicators.repository import returns
from indicators.repository.changes_of_return import change
from indicators.repository.returns import Desk

SHORT = 12
"""Characters of a hash that tell versions apart at a glance."""


def versions(shown: View, desk: Desk) -> Part:
    """Every version, the newest first."""
    if not desk.versions:
        return c.section(shown.say("review.versions"), html.P(shown.say("review.no_versions"), className="note"))
    items = [_version(shown, desk, known) for known in reversed(desk.versions)]
    return c.section(shown.say("review.versions"), html.Ol(items, className="kept-versions", reversed="reversed"))


def _version(shown: View, desk: Desk, known: Version) -> html.Li:
    head: list[Part] = [
        html.Strong(shown.say("review.version_n", n=known.version)),
        return_words.state_mark(shown, known.state),
    ]
    if known.in_force:
        head.append(html.Span(shown.say("review.in_force"), className="vintage"))
    came = shown.say("review.came", day=review_words.day(shown, known.received), who=known.by)
    parts: list[Part] = [html.P(head, className="kept-head"), html.P(came, className="note")]
    parts.append(html.P(html.Code(known.sha256[:SHORT], title=known.sha256), className="note"))
    if known != desk.newest:
        address = f"{urls.return_path(desk.base.code, desk.quarter.period)}?against={known.version}"
        parts.append(html.P(html.A(shown.say("review.compare"), href=address)))
    return html.Li(parts)


def papers(shown: View, desk: Desk) -> Part:
    """What was handed in, such as the signed cover sheet; said when the programme wants one and none is there."""
    wanted = load_form().programme.cover_sheet
    if not desk.papers:
        if wanted == "none" or desk.newest is None:
            return None
        note = html.P(shown.say(f"review.no_papers.{wanted}"), className="note")
        return c.section(shown.say("review.papers"), note)
    items = []
    for paper in reversed(desk.papers):
        address = urls.return_path(desk.base.code, desk.quarter.period, f"papers/{paper.number}")
        told = shown.say("review.paper_of", n=paper.version, who=paper.by, kib=numbers.plain(paper.size / 1024, 0))
        items.append(html.Li([html.A(paper.name, href=address, download=""), html.Span(told, className="under")]))
    return c.section(shown.say("review.papers"), html.Ul(items, className="kept-papers"))


def course(shown: View, desk: Desk) -> Part:
    """What happened, the newest first."""
    if not desk.events:
        return None
    items = [
        html.Li(
            [
                html.Span(return_words.happened_at(shown, event), className="note"),
                html.P(review_words.event_words(shown, event)),
                html.Blockquote(event.reason) if event.reason else None,
            ]
        )
        for event in reversed(desk.events)
    ]
    return c.section(shown.say("review.course"), html.Ol(items, className="happened", reversed="reversed"))


# Versions compared -----------------------------------------------------------------------------------------------------


def chosen_version(desk: Desk, asked: object) -> int | None:
    """An earlier version's number, as the address gives it."""
    known = {str(version.version): version.version for version in desk.versions[:-1]}
    return known.get(asked) if isinstance(asked, str) else None


def comparison(shown: View, desk: Desk, against: int | None) -> Part:
    """The values that differ between an earlier version and the newest."""
    if against is None or desk.newest is None:
        return None
    newest = desk.newest.version
    place = (desk.base.code, desk.quarter.period)
    earlier, now = (_values(shown, *place, number) for number in (against, newest))
    form, rows = load_form(), []
    for measure in form.measures_of(desk.base.type):
        before, after = earlier.get(measure.code), now.get(measure.code)
        if before != after:
            share = change(after, before) if after is not None else None
            told = numbers.NONE if share is None else numbers.change(share, shown.language)
            rows.append([measure.full_name[shown.language], written(measure, before), written(measure, after), told])
    title = shown.say("review.compared", old=against, new=newest, n=len(rows))
    close = html.A(shown.say("review.close"), href=urls.return_path(*place))
    if not rows:
        return c.section(title, html.P(shown.say("review.same")), close, id="compared")
    head = [shown.say("review.column.measure"), *(shown.say("review.version_n", n=n) for n in (against, newest))]
    return c.section(title, c.table([*head, shown.say("review.column.change")], rows), close, id="compared")


def _values(shown: View, base: str, period: str, number: int) -> Mapping[str, float | None]:
    return {line.measure.code: line.value for line in shown.ask_now(returns.beside, base, period, number).lines}
