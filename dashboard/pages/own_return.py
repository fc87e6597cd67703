"""A base's own return of a quarter, as its reporter meets it."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import urls
from dashboard.components import Part
from dashboard.view import View


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str) -> Part:
    """The page for a viewer and the choices in its address."""
    return c.page(shown, shown.state(query), urls.return_path(base_code, quarter), html.Div())
