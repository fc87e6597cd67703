"""The method on one page, from the catalogue: the steps, the tree of indicators, every setting with its source; then how
complete the figures are and what changed since the last publication."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard import components as c
from dashboard import method_record, numbers, permissions, urls
from dashboard.components import Part
from dashboard.formulas import formula
from dashboard.frame import page
from dashboard.still import still
from dashboard.urls import METHOD, State
from dashboard.view import View
from etl.form import load_form
from etl.formula import parse
from etl.wording import in_words
from indicators import method_words
from indicators.definition import Definitions, Indicator, Pillar, load_definitions
from indicators.method_words import Group

HASH_SHOWN = 12
PARTS = ("steps", "tree", "settings", "changes", "coverage")
"""The page's parts, by which its head leads to them."""


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer."""
    state, definitions = shown.state(query), load_definitions()
    content = [
        html.Div(
            [
                c.h1(shown.say("method.title")),
                html.P(method_words.PROPOSAL[shown.language], className="lead"),
                _hashes(shown, definitions),
                _older(shown, state, definitions),
                _ways(shown),
            ],
            className="method-head",
        ),
        _steps(shown, definitions),
        _tree(shown, definitions),
        _settings(shown, definitions),
    ]
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, METHOD, html.Div(content, className="method"))
    content.append(method_record.changes(shown, publication))
    if shown.scope.sees_sums:
        content.append(method_record.coverage(shown, state, publication))
    return page(shown, state, METHOD, html.Div(content, className="method"), [c.choose_quarter(shown, state, METHOD)])


def _hashes(shown: View, definitions: Definitions) -> html.P:
    """Which method this is: every publication carries both."""
    hashes = (definitions.definitions_hash, definitions.method_hash)
    first, second = (html.Code(known[:HASH_SHOWN], title=known) for known in hashes)
    words = shown.say("method.hash_definitions"), shown.say("method.hash_method")
    note = shown.say("method.hash_note")
    return html.P([words[0], " ", first, shown.say("list.middot"), words[1], " ", second, " ", note], className="note")


def _older(shown: View, state: State, definitions: Definitions) -> Part:
    """Where what is shown elsewhere was made with other definitions, or another method, than this page tells of."""
    publication = shown.publication(state)
    now = (definitions.definitions_hash, definitions.method_hash)
    if publication is None or (publication.definitions_hash, publication.method_hash) == now:
        return None
    hashes = {"definitions": publication.definitions_hash[:HASH_SHOWN], "method": publication.method_hash[:HASH_SHOWN]}
    return html.P(shown.say("since.method", publication=publication.code, **hashes), className="told", role="note")


def _ways(shown: View) -> html.Div:
    parts = PARTS[:3] if not shown.published else PARTS if shown.scope.sees_sums else PARTS[:4]
    links: list[Part] = [html.A(shown.say(f"method.part.{part}"), href=f"#{part}") for part in parts]
    if shown.may(permissions.SIMULATION):
        links.append(html.A(shown.say("method.simulate"), href=urls.SIMULATION, className="button"))
    return html.Div(links, className="method-ways")


def _steps(shown: View, definitions: Definitions) -> html.Section:
    pairs = [
        html.Div([html.Dt(step.name[shown.language]), html.Dd(step.text[shown.language])])
        for step in method_words.steps(definitions)
    ]
    return c.section(shown.say("method.part.steps"), html.Dl(pairs, className="method-steps"), id="steps")


# The tree ---------------------------------------------------------------------------------------------------------------


def _tree(shown: View, definitions: Definitions) -> html.Section:
    tables = [_pillar(shown, definitions, pillar) for pillar in definitions.method.pillars]
    return c.section(shown.say("method.part.tree"), tables, id="tree")


COLUMNS = ("indicator", "weight", "direction", "floor", "basis")


def _pillar(shown: View, definitions: Definitions, pillar: Pillar) -> html.Div:
    say, inside = shown.say, definitions.of_pillar(pillar.code)
    if pillar.bonus:
        note = say("method.bonus")
    else:
        weights = [definitions.of_pillar(each.code) for each in definitions.method.pillars if not each.bonus]
        own, total = sum(i.weight for i in inside), sum(i.weight for group in weights for i in group)
        note = say("method.weighs", weight=f"{own:g}", total=f"{total:g}")
    head = html.Tr([html.Th(say(f"method.column.{name}"), scope="col", className=_kind(name)) for name in COLUMNS])
    body = [_indicator(shown, indicator, pillar.bonus) for indicator in inside]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="method-tree")
    title = html.H3([pillar.name[shown.language], html.Span(note, className="note")])
    return html.Div([title, still(html.Div(table, className="table-frame"))], className="method-pillar")


def _kind(column: str) -> str:
    return "number" if column == "weight" else ""


def _indicator(shown: View, indicator: Indicator, bonus: bool) -> html.Tr:
    say, language = shown.say, shown.language
    types = load_form().types
    name = [
        c.indicator_link(shown, State(), indicator.code, indicator.name[language]),
        html.Span(numbers.unit_name(indicator.unit, language), className="unit"),
        html.Div([html.Code(indicator.code), formula(indicator, language, load_form())], className="method-formula"),
    ]
    floor = method_words.floor_in_words(indicator.floor, {code: kind.name for code, kind in types.items()})[language]
    notes = [] if indicator.alone else [say("method.not_alone")]
    if set(indicator.base_types) != set(types):
        names = say("list.comma").join(types[code].name[language] for code in indicator.base_types)
        notes.append(say("method.asked_of", types=names))
    cells = {
        "weight": say("method.equal") if bonus else f"{indicator.weight:g}",
        "direction": say(f"direction.{indicator.direction}"),
        "floor": [floor, *(html.Div(note, className="note") for note in notes)],
        "basis": _basis(shown, indicator),
    }
    rest = [html.Td(cells[column], className=_kind(column), **c.data(label=say(f"method.column.{column}")))
            for column in COLUMNS[1:]]  # fmt: skip
    return html.Tr([html.Th(name, scope="row"), *rest])


def _basis(shown: View, indicator: Indicator) -> Part:
    """The paragraphs of the opinion, and where the floor comes from."""
    language, known = shown.language, load_form().paragraphs
    names = [known[code].name[language] if code in known else code for code in indicator.paragraphs]
    listed = shown.say("list.semicolon").join(names)
    basis = html.Div(indicator.basis[language], className="basis") if indicator.basis else None
    return [html.Div(listed), basis]


# The settings -----------------------------------------------------------------------------------------------------------


def _settings(shown: View, definitions: Definitions) -> html.Section:
    told = method_words.settings(definitions)
    by = in_words(parse(definitions.method.verdicts.size), load_form(), None, shown.language)
    size = html.P([shown.say("method.size"), " ", by], className="note")
    trial = method_record.trial(shown, (line.source[shown.language] for group in told for line in group.lines))
    return c.section(
        shown.say("method.part.settings"),
        [trial, *(_group(shown, group) for group in told), size],
        shown.say("method.settings_note"),
        id="settings",
    )


def _group(shown: View, group: Group) -> html.Div:
    say, language = shown.say, shown.language
    head = [html.Th(say(f"method.setting.{name}"), scope="col") for name in ("name", "value", "source")]
    body = [
        html.Tr(
            [
                html.Th(line.name[language], scope="row"),
                html.Td(line.value[language], className="value"),
                html.Td(line.source[language], className="source"),
            ]
        )
        for line in group.lines
    ]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="method-settings")
    return html.Div(
        [html.H3(group.name[language]), still(html.Div(table, className="table-frame"))], className="method-group"
    )
