"""Search: what of that which the viewer may see is called so. GET /search answers scripts with JSON, readers with a page.

Everything is found in lists that are made of one reading of the members and kept for that scope and publication; no key
that is pressed reads the warehouse's members again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from sqlalchemy import Connection

from dashboard import areas, permissions, texts, urls
from dashboard.finding import Entry, Found, find
from dashboard.frame import entries
from dashboard.urls import State
from dashboard.view import View, theme_name, view
from etl.form import load_form
from indicators import repository
from indicators.repository import Publication
from indicators.scope import NotAllowed, Scope

searching = Blueprint("searching", __name__)
MOST, MOST_ON_PAGE = 8, 40
"""How many of a group are told in the list under the field, and on the page of results."""
LONGEST = 80
BESIDE_NAVIGATION = (
    (urls.WHAT_IF, permissions.WHAT_IF),
    (urls.SIMULATION, permissions.SIMULATION),
    (urls.PUBLICATIONS, permissions.PUBLICATIONS),
    (urls.COMPARE, permissions.COMPARE),
)
"""Pages that the navigation does not name."""


@dataclass(frozen=True)
class Group:
    code: str
    found: Found


@searching.get(urls.SEARCH)
def search() -> Response:
    """What is found. 401 and 403 for who may not search."""
    shown = view()
    if not shown.may(permissions.SEARCH):
        raise NotAllowed(permissions.SEARCH)
    query = " ".join(request.args.get("q", "")[:LONGEST].split())
    if "text/html" in request.headers.get("Accept", ""):
        return _page(shown, query)
    return jsonify([_told(shown, group) for group in groups(shown, query, MOST)])


def groups(shown: View, query: str, most: int) -> list[Group]:
    """The groups in which something is found."""
    lists = {
        "bases": _bases(shown),
        "indicators": _indicators(shown),
        "areas": _areas(shown),
        "pages": _pages(shown),
    }
    found = (Group(code, find(listed, query, most)) for code, listed in lists.items())
    return [group for group in found if group.found.total]


def _told(shown: View, group: Group) -> dict:
    return {
        "title": shown.say(f"search.group.{group.code}"),
        "entries": [{"href": e.href, "name": e.name(shown.language), "code": e.code} for e in group.found.entries],
        "more": shown.say("search.more", n=rest) if (rest := group.found.total - len(group.found.entries)) else "",
    }


def _page(shown: View, query: str) -> Response:
    page = render_template(
        "search.html",
        say=shown.say,
        lang=texts.HTML_LANG[shown.language],
        theme=theme_name(),
        home=urls.home(shown.role),
        here=urls.SEARCH,
        query=query,
        most=LONGEST,
        groups=[_told(shown, group) for group in groups(shown, query, MOST_ON_PAGE)] if query else [],
    )
    return make_response(page)


# What there is to be found -------------------------------------------------------------------------------------------


def _bases(shown: View) -> Sequence[Entry]:
    return shown.ask(_members, shown.published[-1]) if shown.published else ()


def _members(connection: Connection, scope: Scope, publication: Publication) -> tuple[Entry, ...]:
    """The scope's bases of that publication."""
    listed = repository.members(connection, scope, publication).values()
    return tuple(Entry(urls.base_path(one.code), one.name.en, one.name.zh, one.code) for one in listed)


def _indicators(shown: View) -> list[Entry]:
    """Those of what is published last, to which the links lead."""
    known = shown.definitions(State()).indicators.values()
    return [Entry(urls.indicator_path(one.code), one.name.en, one.name.zh, one.code) for one in known]


def _areas(shown: View) -> list[Entry]:
    """Those whose pages the viewer may open."""
    if not shown.may(permissions.AREA):
        return []
    form = load_form()
    return [
        Entry(urls.region_path(place.code), place.name.en, place.name.zh, place.code)
        for kind in (form.regions, form.provinces)
        for place in kind.values()
        if (area := areas.of_code(place.code)) and shown.scope.covers(area.kind, area.code)
    ]


def _pages(shown: View) -> list[Entry]:
    beside = [(path, what) for path, what in BESIDE_NAVIGATION if shown.may(what)]
    named = {language: texts.texts(language) for language in texts.LANGUAGES}
    return [
        Entry(path, named["en"][f"nav.{what}"], named["zh"][f"nav.{what}"]) for path, what in [*entries(shown), *beside]
    ]
