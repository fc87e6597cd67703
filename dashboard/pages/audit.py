"""Who did what, the newest first: to be narrowed, turned over page by page, verified as a whole and taken along."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import audit_words, audited, numbers, urls
from dashboard import components as c
from dashboard.audited import PAGE, Wanted
from dashboard.components import Part
from dashboard.frame import page
from dashboard.still import Input, still
from dashboard.urls import AUDIT
from dashboard.view import View
from etl.audit import Entry

COLUMNS = ("number", "at", "by", "action", "subject", "detail")
TABLE = "audit"


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for an auditor and the choices in its address."""
    wanted = audited.parse(query)
    found: list[Entry] = shown.ask_now(audited.entries, wanted, PAGE + 1)
    content = _content(shown, wanted, found)
    return page(shown, shown.state({}), AUDIT, content, address=wanted.address(), publication=None)


def _content(shown: View, wanted: Wanted, found: Sequence[Entry]) -> list[Part]:
    say = shown.say
    return [
        c.h1(say("audit.title")),
        html.P(say("audit.lead"), className="lead"),
        _verifying(shown, wanted),
        still(_choices(shown, wanted)),
        _files(shown, wanted),
        still(_table(shown, wanted, found[:PAGE])) if found else html.P(say("audit.none"), className="lead"),
        _pages(shown, wanted, found),
    ]


# The chain ---------------------------------------------------------------------------------------------------------------


def _verifying(shown: View, wanted: Wanted) -> html.Div:
    """The button that verifies the chain, and what came of it."""
    form = html.Form(
        [
            *(Input(type="hidden", name=n, value=v) for n, v in vars(wanted).items() if v and n in ("by", "group", "subject")),
            Input(type="hidden", name="verify", value="1"),
            html.Button(shown.say("audit.verify"), type="submit", className="button"),
        ],
        action=AUDIT,
        method="get",
    )  # fmt: skip
    return html.Div([_outcome(shown) if wanted.verify else None, form], className="verifying")


def _outcome(shown: View) -> html.Div:
    say, result = shown.say, shown.ask_now(audited.verified)
    if result.broken is not None:
        words = say("audit.broken", n=numbers.plain(result.broken), held=numbers.plain(result.entries))
        return html.Div([html.P(words), html.P(say("audit.broken_do"))], className="told bad", role="alert")
    seal = f"{result.entries}:{result.last}"
    return html.Div(
        [
            html.P(say("audit.holds", n=numbers.plain(result.entries))),
            html.P([say("audit.seal"), " ", html.Code(seal, className="seal")]),
            html.P(say("audit.note_down")),
            html.P(
                html.Button(
                    html.Span(say("audit.copy")), type="button", className="button copy-hash",
                    **c.data(whole=seal, done=say("publications.copied")),
                )
            ),
        ],
        className="told",
        role="status",
    )  # fmt: skip


# What is shown -----------------------------------------------------------------------------------------------------------


def _choices(shown: View, wanted: Wanted) -> html.Form:
    say = shown.say
    groups = [("", say("audit.group.all")), *((group, say(f"audit.group.{group}")) for group in audit_words.GROUPS)]
    select = html.Select(
        [
            html.Option(words, value=group, selected="selected" if group == wanted.group else None)
            for group, words in groups
        ],
        name="group",
        id="audit-group",
    )
    fields = [
        ("by", Input(type="text", name="by", id="audit-by", value=wanted.by, maxLength=80, autoComplete="off")),
        ("group", select),
        (
            "subject",
            Input(
                type="text", name="subject", id="audit-subject", value=wanted.subject, maxLength=audited.LONGEST,
                autoComplete="off", placeholder=say("audit.subject_hint"),
            ),
        ),
    ]  # fmt: skip
    labelled = [
        html.Div([html.Label(say(f"audit.choose.{name}"), htmlFor=f"audit-{name}"), field]) for name, field in fields
    ]
    return html.Form(
        [
            *labelled,
            html.Button(say("audit.show"), type="submit", className="button main"),
            html.A(say("audit.all"), href=AUDIT) if wanted.narrowed else None,
        ],
        action=AUDIT,
        method="get",
        role="search",
        className="audit-choices fields",
        key=wanted.address(),
    )


def _files(shown: View, wanted: Wanted) -> html.P:
    _, _, query = wanted.address().partition("?")
    links: list[Part] = [html.Span(shown.say("file.download"))]
    for kind in ("xlsx", "csv"):
        address = urls.table_path(TABLE, kind) + (f"?{query}" if query else "")
        links.append(html.A(f".{kind}", href=address, download="", title=shown.say(f"file.{kind}")))
    return html.P(links, className="downloads")


def _table(shown: View, wanted: Wanted, found: Sequence[Entry]) -> html.Div:
    head = [html.Th(shown.say(f"audit.head.{name}"), scope="col") for name in COLUMNS]
    rows = html.Tbody([_row(shown, wanted, one) for one in found])
    table = html.Table([html.Thead(html.Tr(head)), rows], className="accounts audit")
    return html.Div(table, className="table-frame")


def _row(shown: View, wanted: Wanted, one: Entry) -> html.Tr:
    cells = {
        "at": audit_words.clock(one),
        "by": [
            html.A(one.by, href=Wanted(by=one.by).address(), title=shown.say("audit.only_by", name=one.by)),
            html.Span(audit_words.origin(shown, one), className="under"),
        ],
        "action": audit_words.action(shown, one.action),
        "subject": html.A(
            audit_words.subject(shown, one.subject),
            href=Wanted(subject=one.subject).address(),
            title=shown.say("audit.only_of", subject=one.subject),
        ),
        "detail": _details(shown, one) or numbers.NONE,
    }
    return html.Tr(
        [
            html.Th(numbers.plain(one.number), scope="row"),
            *(
                html.Td(
                    cell,
                    className=f"{name}-at" if cell != numbers.NONE else "none",
                    **c.data(label=shown.say(f"audit.head.{name}")),
                )
                for name, cell in cells.items()
            ),
        ],
        className="refusal" if one.action in ("refused", "sign-in.failed") else "",
    )


def _details(shown: View, one: Entry) -> Part:
    told = audit_words.details(shown, one)
    parts = [
        html.Div(
            [html.Dt(what), html.Dd(value[: audit_words.LONGEST] + ("…" if len(value) > audit_words.LONGEST else ""))]
        )
        for what, value in told
    ]
    return html.Dl(parts, className="detail") if parts else None


def _pages(shown: View, wanted: Wanted, found: Sequence[Entry]) -> Part:
    """Older entries, and back to the newest."""
    links: list[Part] = []
    if wanted.before:
        links.append(html.A(shown.say("audit.newest"), href=wanted.address(), className="button"))
    if len(found) > PAGE:
        older = wanted.address(before=found[PAGE - 1].number)
        links.append(html.A(shown.say("audit.older"), href=older, className="button"))
    return html.P(links, className="ways more") if links else None
