"""Whom to remind: the bases that have not submitted, what to write to them, and a note that it was sent."""

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from dashboard import components as c
from dashboard import numbers, return_words, review_words, urls
from dashboard.states import STATES
from dashboard.still import Input, still
from dashboard.urls import State
from dashboard.view import View
from indicators.repository.review import Reminder


def reminders(shown: View, state: State, unsent: Sequence[Reminder], noted: int) -> html.Section:
    """The section for the chosen quarter; `noted`: how many reminders have just been noted."""
    title = shown.say("board.unsent", n=len(unsent))
    done = html.P(shown.say("board.noted", n=noted), className="noted", role="status") if noted else None
    if not unsent:
        return c.section(title, [done, html.P(shown.say("board.all_sent"), className="note")], id="reminders")
    ordered = sorted(unsent, key=lambda one: (-STATES.index(one.state), one.base.name[shown.language]))
    form = html.Form(
        [
            Input(type="hidden", name="next", value=urls.build(urls.BOARD, state)),
            Input(type="hidden", name="period", value=state.period),
            html.Table(
                [html.Thead(_head(shown)), html.Tbody([_row(shown, one) for one in ordered])], className="unsent"
            ),
            html.Div(
                [
                    html.Button(
                        shown.say("board.copy"),
                        type="button",
                        className="button copy-texts",
                        disabled=True,
                        **c.aria(live="polite"),
                        **c.data(done=shown.say("board.copied"), failed=shown.say("board.not_copied")),
                    ),
                    html.Button(shown.say("board.note"), type="submit", className="button", disabled=True),
                ],
                className="actions",
            ),
            html.P(shown.say("board.reminder_note"), className="note"),
        ],
        action=urls.REMINDERS,
        method="post",
        className="choosing",
    )
    return c.section(title, [done, still(form)], None, "reminding", id="reminders")


def _head(shown: View) -> html.Tr:
    everything = Input(type="checkbox", className="all", **c.aria(label=shown.say("board.all")))
    words = [shown.say(key) for key in ("board.base", "board.now", "board.reminded")]
    return html.Tr([html.Th(everything, scope="col"), *(html.Th(word, scope="col") for word in words), html.Td()])


def _row(shown: View, one: Reminder) -> html.Tr:
    name = one.base.name[shown.language]
    box = Input(type="checkbox", name="base", value=one.base.code, **c.aria(label=name), **c.data(text=both(one)))
    mail = html.A(
        shown.say("board.mail"), href=mail_address(one), **c.aria(label=shown.say("board.mail_to", base=name))
    )
    reminded = review_words.day(shown, one.reminded) if one.reminded else numbers.NONE
    return html.Tr(
        [
            html.Td(box),
            html.Td([html.A(name, href=urls.base_path(one.base.code)), html.Span(one.base.code, className="under")]),
            html.Td(return_words.state_mark(shown, one.state)),
            html.Td(reminded),
            html.Td(mail),
        ]
    )


def both(one: Reminder) -> str:
    """The text in both languages, as it is sent."""
    return f"{one.text.zh}\n\n{one.text.en}"


def mail_address(one: Reminder) -> str:
    """Opens the person's own mail program; whom to write to they know."""
    subject = f"{one.subject.zh} · {one.subject.en}"
    return f"mailto:?subject={quote(subject)}&body={quote(both(one))}"
