"""The chosen indicator of a base: its trend beside the peers, its process chart, its place in the funnel, what it is."""

from dash import html

from dashboard import components as c
from dashboard import figures, noise, numbers, permissions, spine, urls
from dashboard.components import Part
from dashboard.evidence import Address
from dashboard.formulas import formula
from dashboard.urls import State
from dashboard.view import View
from indicators import repository
from indicators.definition import Indicator
from indicators.repository import IndicatorRow, Profile, Publication, Trend, TrendPoint
from indicators.repository.positions import position
from indicators.repository.processes import process

STEADY = ("min", "max", "above")
"""The rules whose floor is the same in every quarter, so that it can be a line."""
HEIGHT = 168
A_YEAR = 4


def panel(shown: View, publication: Publication, found: Profile, code: str, address: Address) -> Part:
    """The right side of the base's page."""
    row = next(row for row in found.indicators if row.code == code)
    indicator, member = row.indicator, found.member
    seen = shown.ask(repository.trend, publication, member.code, code)
    how = html.A(shown.say("explain.how"), href=urls.explain_path(member.code, publication.period, code))
    parts = [
        _choose(shown, found, code, address),
        _trend(shown, indicator, row, seen),
        noise.over_time(shown, indicator, shown.ask(process, publication, member.code, code)),
        noise.among_peers(
            shown,
            publication,
            indicator,
            member.name[shown.language],
            shown.ask(position, publication, member.code, code),
        ),
        html.P(how, className="more"),
        _explained(shown, publication, indicator),
    ]
    return c.section(
        _title_of(shown, publication, found, indicator),
        parts,
        _whose(shown, publication, found),
        "chosen-indicator",
        id="indicator",
    )


def _title_of(shown: View, publication: Publication, found: Profile, indicator: Indicator) -> Part:
    """The indicator's name, which leads to its own page."""
    name = indicator.name[shown.language]
    state = State(period=publication.period, type=found.member.type)
    return c.indicator_link(shown, state, indicator.code, name) if shown.may(permissions.INDICATOR) else name


def _whose(shown: View, publication: Publication, found: Profile) -> Part:
    """For the second page of paper: the base and the quarter."""
    whose = [found.member.name[shown.language], numbers.quarter(publication.period, shown.language)]
    return html.Span(shown.say("list.middot").join(whose), className="on-paper")


def _choose(shown: View, found: Profile, code: str, address: Address) -> Part:
    definitions, language = found.definitions, shown.language
    options: list = []
    for pillar in definitions.pillars.values():
        mine = [row.indicator for row in found.indicators if row.pillar == pillar]
        if mine:
            options.append((pillar.name[language], [(address(i.code), i.name[language]) for i in mine]))
    return c.chooser(shown.say("choose.indicator"), options, address(code), "indicator")


# The trend -------------------------------------------------------------------------------------------------------------


def _trend(shown: View, indicator: Indicator, row: IndicatorRow, seen: Trend) -> Part:
    language = shown.language
    steady = indicator.floor is not None and indicator.floor.rule in STEADY and row.floor is not None
    title = _title(shown, indicator, row, seen)
    chart = c.graph(
        shown,
        figures.against_deciles(
            [point.period for point in seen.points],
            [point.value for point in seen.points],
            [point.deciles for point in seen.points],
            (seen.member.name[language], shown.say("trend.median")),
            lambda value: numbers.with_unit(value, indicator.unit, language),
            shown.theme,
            row.floor if steady else None,
            HEIGHT,
        ),
        shown.say(
            "trend.caption_floor" if steady else "trend.caption", unit=numbers.unit_name(indicator.unit, language)
        ),
        shown.say("list.middot").join([seen.member.name[language], indicator.name[language], title]),
        indicator.code,
    )
    table = c.twin(shown, _trend_table(shown, indicator, seen))
    return noise.evidence(title, _trend_means(shown, indicator, row, seen), chart, table)


def _year_before(seen: Trend) -> TrendPoint | None:
    return seen.points[-1 - A_YEAR] if len(seen.points) > A_YEAR else None


def _title(shown: View, indicator: Indicator, row: IndicatorRow, seen: Trend) -> str:
    """Where it stands among its peers, and which way it went on the year."""
    place = shown.say(f"trend.title.{spine.state_of(indicator, row)}")
    then = _year_before(seen)
    if row.value is None or then is None or then.value is None:
        return place
    way = "same" if row.value == then.value else "higher" if row.value > then.value else "lower"
    return shown.say(f"trend.year.{way}", place=place)


def _trend_means(shown: View, indicator: Indicator, row: IndicatorRow, seen: Trend) -> str:
    def written(value: float | None) -> str:
        return numbers.in_sentence(value, indicator.unit, shown.language)

    if row.value is None:
        return shown.say("trend.blank")
    if row.spread is None:
        return shown.say("trend.means_few", value=written(row.value))
    then, told = _year_before(seen), {"value": written(row.value), "median": written(row.spread.p50)}
    if then is None or then.value is None:
        return shown.say("trend.means", **told)
    return shown.say("trend.means_year", then=written(then.value), **told)


def _trend_table(shown: View, indicator: Indicator, seen: Trend) -> Part:
    def written(value: float | None) -> str:
        return numbers.with_unit(value, indicator.unit, shown.language)

    rows: list[list[Part]] = []
    for point in seen.points:
        own = written(point.value) if point.value is not None or not point.why else shown.say(f"why.{point.why}")
        edges = (point.deciles[0], point.deciles[4], point.deciles[8]) if point.deciles else (None, None, None)
        rows.append([numbers.quarter(point.period, shown.language), own, *map(written, edges)])
    head = [shown.say(key) for key in ("table.quarter", "trend.own", "trend.lowest", "trend.median", "trend.highest")]
    return c.table(head, rows, className="dense")


# What it is ------------------------------------------------------------------------------------------------------------


def _explained(shown: View, publication: Publication, indicator: Indicator) -> Part:
    """What the indicator is, from its definition."""
    form, language = shown.form(publication), shown.language
    entries: list[tuple[str, Part]] = [("why", indicator.why[language])]
    entries.append(("formula", formula(indicator, language, form)))
    entries.append(("direction", shown.say(f"direction.{indicator.direction}")))
    if indicator.paragraphs:
        names = [form.paragraphs[p].name[language] if p in form.paragraphs else p for p in indicator.paragraphs]
        entries.append(("paragraphs", html.Ul([html.Li(name) for name in names])))
    if indicator.basis:
        entries.append(("basis", indicator.basis[language]))
    entries.append(("code", indicator.code))
    pairs: list[Part] = []
    for key, words in entries:
        pairs += [html.Dt(shown.say(f"explain.{key}")), html.Dd(words)]
    return html.Details([html.Summary(shown.say("explain.title")), html.Dl(pairs)], className="explain")
