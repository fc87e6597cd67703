"""A place whose content a callback brings after the page: what it says meanwhile, and what if nothing comes.

Dash says nothing when a callback fails: the page would wait for ever. assets/awaited.js sees it, whether the server
answered with an error or not at all; it then shows the words below and frees the button that waited.
"""

from typing import Any

from dash import html

from dashboard import components as c
from dashboard.components import Part
from dashboard.view import View


def place(shown: View, id: str, waiting: Part, address: str, **attributes: Any) -> html.Div:
    """The callback puts its result into it by its `id`. `address`: where the page is loaded anew, with all choices."""
    # With a target the link leads past the page's own navigation, which does not load what is already shown.
    again = html.A(shown.say("awaited.again"), href=address, target="_self")
    failed = html.Div([html.P(shown.say("awaited.failed")), html.P(again)], className="failed told bad", role="alert")
    return html.Div(
        [html.Div(waiting, className="waiting", role="status"), failed], id=id, className="awaited", **attributes
    )


def frees(words: str) -> dict[str, Any]:
    """Of a button that waits for the result: what it says again when nothing comes."""
    return c.data(frees=words)
