"""One base's return of one quarter: its reporter sends it here, its reviewers look at it here."""

from collections.abc import Mapping

from dashboard.components import Part
from dashboard.pages import own_return, reviewed_return
from dashboard.view import View

PATH = "/returns/<of_base>/<of_quarter>"


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str) -> Part:
    """The page for a viewer, a base and a quarter."""
    page = own_return if shown.scope.role == "base" else reviewed_return
    return page.render(shown, query, base_code, quarter)
