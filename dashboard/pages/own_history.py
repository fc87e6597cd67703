"""Beside the steps: the versions with their files, and what happened, newest first; below them the signed papers."""

from itertools import groupby

from dash import html

from dashboard import components as c
from dashboard import fields, numbers, return_words, urls
from dashboard.components import Part
from dashboard.pages.own_steps import link
from dashboard.view import View
from etl import events
from etl.events import Event
from etl.form import load_form
from etl.reading import HISTORY_SHEET
from etl.versions import ACCEPTED, FINAL, UNDER_REVIEW, Version
from indicators.repository import sending as repository
from indicators.repository.returns import Desk

SHORT = 12
SHOWN = 8
"""How many events are listed; the older ones are folded."""
SCANS = ".pdf,.png,.jpg,.jpeg"


def aside(shown: View, desk: Desk) -> html.Aside:
    """The column beside the steps."""
    parts = [_peers(shown, desk), _versions(shown, desk), _course(shown, desk)]
    return html.Aside(parts, className="return-aside", **c.aria(label=shown.say("return.history")))


def _peers(shown: View, desk: Desk) -> Part:
    """What the base gets back for an accepted return."""
    if desk.reporting.state not in (ACCEPTED, FINAL):
        return None
    return html.P(link(shown, desk, "peers", "return.to_peers"), className="to-peers")


# Versions ------------------------------------------------------------------------------------------------------------


def _versions(shown: View, desk: Desk) -> Part:
    if not desk.versions:
        return c.section(shown.say("return.versions"), html.P(shown.say("return.no_versions"), className="note"))
    names = shown.ask_now(repository.file_names, desk.base.code, desk.quarter.period)
    items = [_version(shown, desk, known, names.get(known.version, "")) for known in reversed(desk.versions)]
    return c.section(shown.say("return.versions"), html.Ol(items, className="versions", reversed="reversed"))


def _version(shown: View, desk: Desk, version: Version, name: str) -> html.Li:
    number = version.version
    came = shown.say("return.received_by", when=return_words.moment(shown, version.loaded_at), who=version.by)
    own = version.sheet != HISTORY_SHEET  # a history holds other bases' returns too
    files: list[Part] = [link(shown, desk, f"file?version={number}", "return.as_sent", download="")] if own else []
    if own and version == desk.newest and desk.findings:
        files.append(link(shown, desk, f"findings.xlsx?version={number}", "return.marked", download=""))
    if return_words.submission(desk.events, version):
        files.append(link(shown, desk, f"receipt?version={number}", "return.receipt", target="_blank"))
    return html.Li(
        [
            html.P(
                [
                    html.Strong(shown.say("return.version_n", n=number)),
                    return_words.state_mark(shown, version.state),
                    html.Span(shown.say("return.in_force"), className="in-force") if version.in_force else None,
                ],
                className="version-head",
            ),
            html.P([came, html.Br(), html.Span(name, className="file-name")], className="note"),
            html.P(
                [
                    html.Span(shown.say("return.sha"), className="note"),
                    html.Code(f"{version.sha256[:SHORT]}…", title=version.sha256),
                    html.Button(
                        shown.say("return.copy"),
                        type="button",
                        className="copy",
                        **c.data(copy=version.sha256, copied=shown.say("return.copied")),
                        **c.aria(label=shown.say("return.copy_hash", n=number)),
                    ),
                ],
                className="hash",
            ),
            html.P(files, className="files"),
        ]
    )


# Papers --------------------------------------------------------------------------------------------------------------


def papers(shown: View, desk: Desk) -> Part:
    """The signed cover sheet: print, sign, hand in its scan. Where the programme asks for none, what is there."""
    wanted = load_form().programme.cover_sheet
    if not desk.papers and (wanted == "none" or desk.newest is None or not desk.newest.error_free):
        return None
    items = [
        html.Li(
            [
                link_to_paper(desk, paper.number, paper.name),
                html.Span(
                    shown.say("return.paper_of", n=paper.version, day=numbers.day(paper.at, shown.language)),  # type: ignore[arg-type]
                    className="note",
                ),
            ]
        )
        for paper in reversed(desk.papers)
    ]
    parts: list[Part] = [html.Ul(items, className="papers") if items else None]
    if wanted != "none" and desk.newest and (desk.newest.state in UNDER_REVIEW or not desk.locked):
        parts = [html.P(shown.say(f"return.cover_sheet.{wanted}"), className="note"), *parts, _hand_in(shown, desk)]
    return c.section(shown.say("return.papers"), parts, None, "return-papers", id="papers")


def paper_wanted(desk: Desk) -> bool:
    """Whether the programme asks for a signed cover sheet that has not been handed in with the newest version."""
    asked = load_form().programme.cover_sheet != "none"
    return asked and desk.newest is not None and all(paper.version != desk.newest.version for paper in desk.papers)


def link_to_paper(desk: Desk, number: int, name: str) -> html.A:
    address = urls.return_path(desk.base.code, desk.quarter.period, f"papers/{number}")
    return html.A(name, href=address, download="", className="file-name")


def _hand_in(shown: View, desk: Desk) -> html.Form:
    assert desk.newest is not None
    send = html.Button(
        shown.say("return.hand_in", n=desk.newest.version),
        type="submit",
        name="version",
        value=str(desk.newest.version),
        className="button",
    )
    return html.Form(
        [
            fields.file_field("scan", "file", SCANS, shown.say("return.choose_scan"), shown.say("return.or_drop")),
            html.Div([link(shown, desk, "cover", "return.print_cover", target="_blank"), send], className="hand-in"),
        ],
        action=urls.return_path(desk.base.code, desk.quarter.period, "papers"),
        method="post",
        encType="multipart/form-data",
    )


# What happened -------------------------------------------------------------------------------------------------------


def _course(shown: View, desk: Desk) -> Part:
    items = [_happened(shown, some) for some in _runs(desk.events)]
    items.reverse()
    if not items:
        return None
    parts: list[Part] = [html.Ol(items[:SHOWN], className="course", reversed="reversed")]
    if len(items) > SHOWN:
        older = html.Summary(shown.say("return.older", n=len(items) - SHOWN))
        parts.append(html.Details([older, html.Ol(items[SHOWN:], className="course", reversed="reversed")]))
    return c.section(shown.say("return.history"), parts)


def _runs(happened: tuple[Event, ...]) -> list[list[Event]]:
    """Events one by one, but answers that one person gave to one version in a row together."""

    def alike(event: Event) -> tuple:
        return (event.by, event.version, event.day) if event.event == events.ANSWERED else (event.number,)

    return [list(some) for _, some in groupby(happened, alike)]


def _happened(shown: View, some: list[Event]) -> html.Li:
    event = some[-1]
    words = return_words.event_words(shown, event)
    if len(some) > 1:
        words = shown.say("return.answered_some", n=len(some), version=event.version, who=event.by)
    when = html.Span(return_words.happened_at(shown, event), className="note")
    told = event.reason if event.event in (events.RETURNED, events.SUBMITTED, events.REOPENED) else None
    reason = html.Blockquote(told, className="sent-back" if event.event == events.RETURNED else "") if told else None
    return html.Li([when, html.P(words), reason])
