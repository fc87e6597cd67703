"""A fingerprint of some content: enough of it to tell two apart at a glance, the whole to copy."""

from dash import html

from dashboard import components as c
from dashboard.view import View

SHORT = 12
"""Digits that tell one content from another at a glance."""


def copied(view: View, whole: str) -> html.Button:
    """The hash, short; pressed it is copied whole (assets/publications.js)."""
    return html.Button(
        html.Code(whole[:SHORT]), type="button", className="copy-hash", title=view.say("publications.copy"),
        **c.data(whole=whole, done=view.say("publications.copied")),
    )  # fmt: skip
