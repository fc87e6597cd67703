"""An indicator by place: the map of provinces, or for who may not see them all, the own area beside the nation."""

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, tiles, urls
from dashboard.components import Part
from dashboard.indicator_charts import inside_a_sentence
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator
from indicators.repository import Area, Publication
from indicators.scope import PROVINCE, REGION


def places(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    """The section; nothing for who sees the nation only."""
    if shown.may(permissions.PROVINCES):
        return _map(shown, state, publication, indicator)
    return _nearby(shown, state, publication, indicator) if shown.scope.role == "province" else None


def _map(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    say, form = shown.say, load_form()
    found = shown.ask(repository.provinces, publication, indicator.code, state.type)
    known = {code: value.value for code, value in found.items() if value.value is not None}
    title = say("indicator.map_plain")
    if len(known) > 1:
        pick = min if indicator.direction == "down" else max
        first = pick(known, key=lambda code: known[code])
        key = "map_lowest" if indicator.direction == "down" else "map_highest"
        value = numbers.with_unit(known[first], indicator.unit, shown.language)
        title = say(f"indicator.{key}", name=form.provinces[first].name[shown.language], value=value)
    body = tiles.map_and_table(shown, state, indicator.code, found, urls.indicator_path(indicator.code))
    note = say("indicator.map_caption", type=inside_a_sentence(shown, state.type))
    return c.section(title, [still(body), html.P(note, className="note")], className="provinces")


def _nearby(shown: View, state: State, publication: Publication, indicator: Indicator) -> Part:
    """The own province, its region and the nation."""
    form, language = load_form(), shown.language
    own = form.provinces.get(shown.scope.province or "")
    if own is None:
        return None
    area = {
        own.name[language]: Area(PROVINCE, own.code),
        form.regions[own.region].name[language]: Area(REGION, own.region),
        shown.say("overview.nation"): Area(),
    }
    found = shown.ask(repository.areas, publication, (indicator.code,), state.type, tuple(area.values()))
    rows: list[list[Part]] = []
    for name, place in area.items():
        value = found[indicator.code].get(place)
        known = value is not None and value.value is not None
        words = numbers.in_unit(value.value, indicator.unit) if value is not None and known else numbers.NONE
        hidden = shown.say("count.hidden") if value is not None and value.hidden else None
        counted = f"{value.bases}/{value.expected}" if value is not None else numbers.NONE
        rows.append([name, html.Span(words, title=hidden), counted])
    unit = numbers.unit_name(indicator.unit, language)
    head = [shown.say("choose.area"), unit, shown.say("table.bases")]
    kind = inside_a_sentence(shown, state.type)
    note = html.P(shown.say("indicator.near_caption", type=kind), className="note")
    return c.section(shown.say("overview.nearby"), [c.table(head, rows), note], className="indicator-nearby")
