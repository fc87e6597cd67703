"""Who is compared: those chosen, each of whom can be taken away, and lists from which to add."""

from collections.abc import Mapping
from itertools import groupby

from dash import html

from dashboard import components as c
from dashboard import states, urls
from dashboard.compared import LETTERS, MOST
from dashboard.components import Part
from dashboard.still import still
from dashboard.urls import BESIDE, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.repository import Member, Publication
from indicators.scope import PROVINCE, REGION

LISTED = 400
"""How many bases a list holds; where there are more, an area is to be chosen first."""


def chooser(shown: View, state: State, publication: Publication, members: Mapping[str, Member]) -> Part:
    form, language = load_form(), shown.language
    places = {**form.regions, **form.provinces}
    names = {code: member.name[language] for code, member in members.items()} or {
        code: places[code].name[language] for code in state.areas
    }
    chosen = [
        html.Li(
            [
                html.Span(letter, className=f"letter ring-{LETTERS.index(letter) + 1}"),
                html.A(name, href=urls.base_path(code) if members else urls.region_path(code)),
                html.A(
                    "✕",
                    href=_without(state, code),
                    className="take-away",
                    title=shown.say("beside.remove", name=name),
                    **c.aria(label=shown.say("beside.remove", name=name)),
                ),
            ]
        )
        for letter, (code, name) in zip(LETTERS, names.items(), strict=False)
    ]
    lists: list[Part] = []
    if len(names) < MOST:
        if not state.areas:
            lists.append(_add_base(shown, state, publication))
        if not state.bases:
            lists.append(_add_area(shown, state))
    elif names:
        lists.append(html.Span(shown.say("beside.full", n=MOST), className="note"))
    if names:
        lists.append(
            html.A(shown.say("beside.anew"), href=urls.build(BESIDE, state.with_(bases=(), areas=(), columns=())))
        )
    return html.Div([html.Ul(chosen, className="chosen-ones") if chosen else None, *lists], className="beside-choose")


def _without(state: State, code: str) -> str:
    def rest(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for each in codes if each != code)

    return urls.build(BESIDE, state.with_(bases=rest(state.bases), areas=rest(state.areas)))


def _add_base(shown: View, state: State, publication: Publication) -> Part:
    """The viewer's other bases of the chosen type and area, by province."""
    form, language = load_form(), shown.language
    found = shown.ask(repository.members, publication, state.type)
    open_ones = [one for one in found.values() if one.code not in state.bases and states.inside(state, one)]
    if len(open_ones) > LISTED:
        return html.P(shown.say("beside.choose_area", n=len(open_ones)), className="note")
    order = list(form.provinces)
    open_ones.sort(key=lambda one: order.index(one.province) if one.province in order else len(order))
    now = urls.build(BESIDE, state)
    options: list = [(now, shown.say("beside.choose" if open_ones else "beside.no_more"))]
    for province, mine in groupby(open_ones, key=lambda one: one.province):
        name = form.provinces[province].name[language] if province in form.provinces else province
        entries = [
            (urls.build(BESIDE, state.with_(bases=(*state.bases, one.code))), one.name[language]) for one in mine
        ]
        options.append((name, entries))
    return still(c.chooser(shown.say("beside.add_base"), options, now, "add-base"))


def _add_area(shown: View, state: State) -> Part:
    """The regions and provinces whose sums the viewer may see."""
    form, language, now = load_form(), shown.language, urls.build(BESIDE, state)
    options: list = [(now, shown.say("beside.choose"))]
    for head, kind, known in (("regions", REGION, form.regions), ("provinces", PROVINCE, form.provinces)):
        entries = [
            (urls.build(BESIDE, state.with_(areas=(*state.areas, code), region="", province="")), place.name[language])
            for code, place in known.items()
            if shown.scope.allows_area(kind, code) and code not in state.areas
        ]
        if entries:
            options.append((shown.say(f"choose.{head}"), entries))
    return c.chooser(shown.say("beside.add_area"), options, now, "add-area")
