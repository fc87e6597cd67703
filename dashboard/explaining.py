"""What the pages that explain a number share: which publication it is of, and what is said where it cannot be explained."""

from collections.abc import Callable, Mapping
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import states, urls
from dashboard.components import Part
from dashboard.frame import page
from dashboard.urls import State
from dashboard.view import View
from indicators import repository
from indicators.catalogue import NotKept
from indicators.explain import Unexplained
from indicators.publish import Refused
from indicators.repository import Publication, UnknownBase


def asked(
    shown: View,
    state: State,
    here: str,
    query: Mapping[str, str],
    base: str,
    quarter: str,
    question: Callable[..., Any],
    *more: str,
) -> tuple[Publication, Any] | Part:
    """The publication that the address names and what the repository tells of the base in it; else the page that says why
    there is nothing. The answer is None where the base has no such number."""
    name = query.get("publication")
    publication = _publication(shown, quarter, name)
    if publication is None:
        unknown = states.unknown_publication(shown, name, quarter) if name else states.unknown_address(shown)
        return page(shown, state, here, unknown, publication=None)
    ask = shown.ask if publication.settled else shown.ask_now
    try:
        return publication, ask(question, publication, base, *more)
    except Unexplained:
        return publication, None
    except UnknownBase:
        return page(shown, state, here, states.unknown_base(shown, base, quarter), publication=publication)
    except (Refused, NotKept) as error:
        return page(shown, state, here, _not_now(shown, base, error), publication=publication)


def _publication(shown: View, quarter: str, name: str | None) -> Publication | None:
    """The named publication of the quarter, else the one that is shown for it."""
    if name:
        known = {one.code: one for one in shown.ask_now(repository.every_publication)}
        return known[name] if name in known and known[name].period == quarter else None
    return next((one for one in shown.published if one.period == quarter), None)


def _not_now(shown: View, base: str, error: Exception) -> Part:
    link = html.P(html.A(shown.say("explain.to_base"), href=urls.base_path(base)))
    return c.empty(shown.say("explain.not_now"), shown.say("explain.not_now_help"), html.Pre(str(error)), link)
