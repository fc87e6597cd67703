"""What waits for this reviewer, to be accepted or sent back."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import urls
from dashboard.components import Part
from dashboard.view import View


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    return c.page(shown, shown.state(query), urls.REVIEW, html.Div())
