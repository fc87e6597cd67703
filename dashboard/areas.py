"""Regions and provinces: those a viewer may see, their names, and where their pages are."""

from dataclasses import dataclass

from dash import html

from dashboard import urls
from dashboard.components import Part
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators.repository import Area
from indicators.scope import NATION, PROVINCE, REGION


@dataclass(frozen=True)
class Branch:
    """A region with those of its provinces that are shown."""

    region: Area
    provinces: tuple[Area, ...]


def branches(shown: View) -> tuple[Branch, ...]:
    """The regions with their provinces, as far as the viewer may see their sums; a region without any of them only for
    who may see all."""
    form, scope = load_form(), shown.scope
    found = []
    for code in form.regions:
        inside = tuple(
            Area(PROVINCE, province.code)
            for province in form.provinces.values()
            if province.region == code and scope.allows_area(PROVINCE, province.code)
        )
        if scope.allows_area(REGION, code) and inside:
            found.append(Branch(Area(REGION, code), inside))
    return tuple(found)


def of_code(code: str) -> Area | None:
    """The region or province of that code."""
    form = load_form()
    if code in form.provinces:
        return Area(PROVINCE, code)
    return Area(REGION, code) if code in form.regions else None


def above(area: Area) -> Area | None:
    """A province's region."""
    known = load_form().provinces.get(area.code) if area.kind == PROVINCE else None
    return Area(REGION, known.region) if known else None


def name(shown: View, area: Area) -> str:
    form = load_form()
    if area.kind == NATION:
        return shown.say("regions.nation")
    places = form.provinces if area.kind == PROVINCE else form.regions
    return places[area.code].name[shown.language]


def link(shown: View, state: State, area: Area) -> Part:
    """The area's name, which leads to its page where the viewer may open it."""
    words = name(shown, area)
    if area.kind == NATION or not shown.scope.covers(area.kind, area.code):
        return words
    carried = State(period=state.period, type=state.type)
    return html.A(words, href=urls.build(urls.region_path(area.code), carried))


def chosen(area: Area) -> dict[str, str]:
    """The area as choices of a state."""
    return {"region": area.code if area.kind == REGION else "", "province": area.code if area.kind == PROVINCE else ""}
