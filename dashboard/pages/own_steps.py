"""The four steps of a return: take the form, send it, mend and answer, submit. Each says whether it is done, and acts."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import fields, numbers, printed, return_words, urls
from dashboard.components import Part
from dashboard.sending import counts_in_words
from dashboard.view import View
from etl import events, returns
from etl.config import settings
from etl.form import load_form
from etl.formula import measures
from etl.versions import ACCEPTED, DRAFT, FINAL, RETURNED, SUBMITTED
from indicators.definition import load_definitions
from indicators.repository.returns import Beside, Desk

DONE, NOW, LATER = "done", "now", "later"
TICKS = {DONE: "✓", NOW: "▸", LATER: "–"}
IN_HAND = (SUBMITTED, ACCEPTED, FINAL)
"""States in which the newest version is handed in."""


@dataclass(frozen=True)
class Step:
    """`told`: where it stands, in words; `does`: what can be done here."""

    key: str
    state: str
    told: Part
    does: Part


def steps(shown: View, desk: Desk, beside: Beside) -> Part:
    """The steps as a list."""
    return listed(
        shown, [_download(shown, desk), _upload(shown, desk), _mend(shown, desk), _submit(shown, desk, beside)]
    )


def listed(shown: View, found: Sequence[Step]) -> html.Ol:
    return html.Ol([_row(shown, step) for step in found], className="steps", **c.aria(label=shown.say("return.steps")))


def _row(shown: View, step: Step) -> html.Li:
    name = html.H2(shown.say(f"return.step.{step.key}"))
    tick = html.Span(TICKS[step.state], className="tick", **c.aria(hidden="true"))
    word = html.Span(shown.say(f"return.step_state.{step.state}"), className="unseen")
    return html.Li(
        [
            html.Div([name, html.P([tick, word, step.told], className="step-told")]),
            html.Div(step.does, className="step-does"),
        ],
        className=f"step {step.state}",
        **(c.aria(current="step") if step.state == NOW else {}),
    )


def link(shown: View, desk: Desk, part: str, key: str, className: str = "", **rest) -> html.A:
    """A link to a file or a sheet to print of the return."""
    address = urls.return_path(desk.base.code, desk.quarter.period, part)
    return html.A(shown.say(key), href=address, className=className, **rest)


def _action(desk: Desk, part: str) -> str:
    return urls.return_path(desk.base.code, desk.quarter.period, part)


# 1, 2, 3 -------------------------------------------------------------------------------------------------------------


def _download(shown: View, desk: Desk) -> Step:
    taken = return_words.last(desk.events, events.DOWNLOADED)
    state = DONE if taken or desk.versions else LATER if desk.closed else NOW
    told = shown.say("return.downloaded", day=numbers.day(taken.day, shown.language)) if taken else ""
    if desk.locked:
        return Step("download", state, told or shown.say("return.nothing_sent"), None)
    does = link(shown, desk, "form", "return.download", "button main" if state == NOW else "button", download="")
    return Step("download", state, told or shown.say("return.form_prefilled"), does)


def _upload(shown: View, desk: Desk) -> Step:
    newest = desk.newest
    told: Part = shown.say("return.nothing_sent")
    if newest:
        told = shown.say("return.sent", n=newest.version, when=return_words.moment(shown, newest.loaded_at))
    taken = return_words.last(desk.events, events.DOWNLOADED)
    state = DONE if newest else NOW if taken and not desk.closed else LATER
    if desk.closed:
        return Step("upload", state, told, html.P(desk.closed[shown.language], className="note"))
    not_right = newest is not None and newest.state in (DRAFT, RETURNED)
    return Step("upload", state, told, _upload_form(shown, desk, main=state == NOW or not_right))


def _upload_form(shown: View, desk: Desk, main: bool) -> html.Form:
    limit = settings().limits.file_bytes
    words = {
        key: shown.say(f"return.upload.{key}", limit=f"{limit // 2**20} MiB", sent="{sent}", total="{total}")
        for key in ("sending", "checking", "failed", "signed_out", "too_large")
    }
    return html.Form(
        [
            fields.file_field("file", "file", ".xlsx", shown.say("return.choose_file"), shown.say("return.or_drop")),
            html.Button(shown.say("return.send"), type="submit", className="button main" if main else "button"),
            html.Div(
                [
                    html.Progress(max="100", value="0", **c.aria(label=shown.say("return.send"))),
                    html.Span(className="progress-told", role="status"),
                    html.Button(shown.say("return.cancel"), type="button", className="cancel"),
                ],
                className="progress",
                hidden=True,
            ),
        ],
        action=_action(desk, "upload"),
        method="post",
        encType="multipart/form-data",
        className="upload",
        **c.data(limit=limit, **words),
    )


def _mend(shown: View, desk: Desk) -> Step:
    if desk.newest is None:
        return Step("mend", LATER, shown.say("return.mend_later"), None)
    open_ones = [finding for finding in desk.findings.values() if finding.open]
    does = [link(shown, desk, "findings.xlsx", "return.with_marks", "button", download="")] if desk.findings else None
    if desk.newest.state == RETURNED and not desk.errors:
        return Step("mend", NOW, shown.say("return.mend_returned"), does)
    if not open_ones:
        return Step("mend", DONE, shown.say("return.nothing_open"), does)
    told = html.A(counts_in_words(shown, open_ones), href="#findings")
    return Step("mend", NOW, told, does)


# 4 -------------------------------------------------------------------------------------------------------------------


def _submit(shown: View, desk: Desk, beside: Beside) -> Step:
    newest = desk.newest
    if newest is None or desk.errors:
        return Step("submit", LATER, shown.say("return.submit_later"), None)
    submitted = return_words.submission(desk.events, newest)
    if newest.state in IN_HAND and submitted:
        when = return_words.happened_at(shown, submitted)
        told = shown.say("return.submitted", n=newest.version, when=when, who=return_words.who(shown, submitted))
        return Step("submit", DONE, told, _after(shown, desk))
    if desk.open_queries:
        return Step("submit", LATER, shown.say("return.submit_answers"), _cover(shown, desk))
    if desk.locked:
        return Step("submit", LATER, shown.say("return.submit_locked"), None)
    does = _confirm(shown, desk, beside)
    if newest.state == RETURNED:
        return Step("submit", LATER, shown.say("return.submit_again"), does)
    return Step("submit", NOW, shown.say("return.submit_ready", n=newest.version), does)


def _cover(shown: View, desk: Desk) -> Part:
    """The way to the cover sheet, where the programme asks for one."""
    if load_form().programme.cover_sheet == "none":
        return None
    return link(shown, desk, "cover", "return.print_cover", "button", target="_blank")


def _after(shown: View, desk: Desk) -> list[Part]:
    parts: list[Part] = [link(shown, desk, "receipt", "return.receipt", "button", target="_blank"), _cover(shown, desk)]
    if returns.TAKE_BACK in desk.steps:
        parts.append(_one_button(shown, desk, "take-back", "return.take_back", "button quiet"))
    return parts


def _one_button(shown: View, desk: Desk, part: str, key: str, className: str, *before: Part, **places) -> html.Form:
    """A form whose button carries the version that the person looks at."""
    number = desk.newest.version if desk.newest else 0
    button = html.Button(
        shown.say(key, **places), type="submit", name="version", value=str(number), className=className
    )
    return html.Form([*before, button], action=_action(desk, part), method="post")


def _confirm(shown: View, desk: Desk, beside: Beside) -> Part:
    """What is about to be submitted, then the button that does it."""
    newest, word = desk.newest, []
    assert newest is not None
    if newest.state == RETURNED:
        word = [
            html.Label(shown.say("return.word"), htmlFor="word"),
            fields.text_field("word", "word", rows=3, maxLength=returns.LONGEST, required=True),
        ]
    form = _one_button(shown, desk, "submit", "return.submit", "button main", *word, n=newest.version)
    opener = html.Summary(shown.say("return.look_and_submit"), className="button" if word else "button main")
    panel = html.Div([_what(shown, desk, beside), html.P(shown.say("return.submit_means"), className="note"), form])
    return [html.Details([opener, panel], className="confirm"), _cover(shown, desk)]


def _what(shown: View, desk: Desk, beside: Beside) -> Part:
    """The version, its hash and the values that the programme's headline sums are made of."""
    newest, language = desk.newest, shown.language
    assert newest is not None
    told = {code for headline in load_definitions().method.headlines for code in measures(headline.tree)}
    filled = sum(line.value is not None for line in beside.lines)
    pairs: list[tuple[str, Part]] = [
        (shown.say("return.version"), str(newest.version)),
        (shown.say("return.hash"), html.Code(newest.sha256)),
        (
            shown.say("return.filled"),
            shown.say("return.filled_of", n=numbers.plain(filled), of=numbers.plain(len(beside.lines))),
        ),
    ]
    pairs += [
        (line.measure.full_name[language], _with_unit(shown, line))
        for line in beside.lines
        if line.measure.code in told
    ]
    return html.Dl([part for name, what in pairs for part in (html.Dt(name), html.Dd(what))], className="what")


def _with_unit(shown: View, line) -> str:
    number = printed.value(line.measure, line.value)
    return f"{number} {numbers.unit_name(line.measure.unit, shown.language)}"
