"""The question before a step that cannot be taken back: what will happen, who sees it, whether it can be withdrawn.

It is a dialog inside the step's form. assets/sure.js opens it when the form is sent, once its fields are filled in; only
the dialog's own button sends it for good.
"""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard.components import Part
from dashboard.view import View


def question(view: View, key: str, title: str, told: Sequence[Part], do: str, kind: str = "main") -> html.Dialog:
    """`key`: tells the dialogs of a page apart; `told`: a line each; `do`: what the button says."""
    named = f"sure-{key}"
    return html.Dialog(
        html.Div(
            [
                html.H2(title, id=named),
                html.Ul([line if isinstance(line, html.Li) else html.Li(line) for line in told if line]),
                html.P(view.say("sure.working"), className="sure-working", role="status"),
                html.Div(
                    [
                        html.Button(do, type="submit", className=f"button {kind}"),
                        html.Button(view.say("sure.back"), type="button", className="button sure-back"),
                    ],
                    className="actions",
                ),
            ]
        ),
        className="decision sure",
        **c.aria(labelledby=named),
    )


def of_choice(choice: str, words: Part) -> html.Li:
    """A line that is told only where that choice of the form is made."""
    return html.Li(words, hidden="hidden", **c.data(choice=choice))
