"""One base: how it stands in a sentence, what deserves a look, every indicator beside its peers, one of them in time."""

from collections.abc import Mapping, Sequence

from dash import html

from dashboard import (
    case_words,
    figures,
    flag_words,
    numbers,
    permissions,
    spine,
    standing_words,
    states,
    urls,
    verdict_words,
)
from dashboard import components as c
from dashboard.components import Part
from dashboard.formulas import formula
from dashboard.frame import page
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.cases import FALSE_DATA, NOTIFY, Case
from indicators.definition import Indicator
from indicators.repository import Member, PillarScore, Profile, Publication, Trend, UnknownBase, Verdict, cases

PATH = "/bases/<of_base>"
STEADY = ("min", "max", "above")
"""The rules whose floor is the same in every quarter, so that it can be a line."""


def render(shown: View, query: Mapping[str, str], base_code: str) -> Part:
    """The page for a viewer, a base and the choices in its address."""
    state, here = shown.state(query), urls.base_path(base_code)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, here, states.nothing_published(shown))
    quarters = [c.choose_quarter(shown, state, here)]
    try:
        found = shown.ask(repository.profile, publication, base_code)
    except UnknownBase:
        quarter = numbers.quarter(publication.period, shown.language)
        return page(shown, state, here, states.unknown_base(shown, base_code, quarter), quarters)
    # What is an indicator of this publication can be chosen, though it be none today.
    asked = query.get("code", "")
    state = state.with_(code=asked if asked in {row.code for row in found.indicators} else "")
    return page(
        shown,
        state,
        here,
        _content(shown, state, here, publication, found),
        [*quarters, _other_base(shown, state, publication, found)],
    )


def _other_base(shown: View, state: State, publication: Publication, found: Profile) -> Part:
    """The viewer's other bases of the type, to go on to; nothing when there is none."""
    others = shown.ask(repository.members, publication, found.member.type)
    if len(others) < 2:
        return None
    options = [(urls.build(urls.base_path(m.code), state), m.name[shown.language]) for m in others.values()]
    return c.chooser(shown.say("choose.base"), options, urls.build(urls.base_path(found.member.code), state), "base")


def _content(shown: View, state: State, here: str, publication: Publication, found: Profile) -> list[Part]:
    codes = [row.code for row in found.indicators]
    flagged = [row.code for row in found.indicators if row.below_floor]
    chosen = state.code if state.code in codes else [*flagged, *codes][0]

    def address(code: str) -> str:
        return urls.build(here, state.with_(code=code))

    left = c.section(
        shown.say("base.indicators"),
        spine.spine(shown, found.indicators, chosen, address),
        spine.legend(shown),
        "spine-section",
    )
    return [
        _head(shown, state, found),
        _findings(shown, publication, found),
        html.Div([_verdict(shown, publication, found), _scores(shown, publication, found)], className="verdict"),
        html.Div([left, _chosen(shown, state, here, publication, found, chosen)], className="base-columns"),
    ]


def _head(shown: View, state: State, found: Profile) -> Part:
    member, language = found.member, shown.language
    about = standing_words.about(shown, member)
    return html.Div(
        [
            html.H1(member.name[language], className="page-title"),
            html.P([shown.say("list.middot").join(about), *_beside(shown, state, member)], className="lead"),
            c.report_links(shown, state, found.member.code),
        ]
    )


def _beside(shown: View, state: State, member: Member) -> list[Part]:
    """The way to a comparison with others, for who sees others."""
    if not shown.may(permissions.BESIDE):
        return []
    address = urls.build(urls.BESIDE, State(period=state.period, type=member.type, bases=(member.code,)))
    return [shown.say("list.middot"), html.A(shown.say("beside.link"), href=address)]


def _verdict(shown: View, publication: Publication, found: Profile) -> Part:
    """The lamp, the sentence of standing, and the reasons in words; then the base's cases."""
    verdict = shown.ask(repository.verdicts, publication).get(found.member.code)
    standing = html.P(standing_words.standing(shown, publication, found), className="sentence")
    flags = _flags(shown, found)
    if verdict is None:  # of a publication that was made before there were verdicts
        return html.Div([standing, flags])
    more = html.Details([html.Summary(shown.say("verdict.flags", n=len(found.flags))), flags], className="twin")
    return html.Div(
        [
            verdict_words.headline(shown, verdict),
            standing,
            verdict_words.reasons(shown, verdict, found.member.type),
            more if found.flags else None,
            _cases(shown, publication, found, verdict),
        ]
    )


def _flags(shown: View, found: Profile) -> Part:
    """What deserves a look, in words."""
    flags = [
        html.Li(
            [
                html.Span(flag_words.SHAPES[flag.kind], className=f"shape {flag.kind}", **c.aria(hidden="true")),
                html.Span(flag_words.linked(shown, flag)),
            ]
        )
        for flag in found.flags
    ]
    return html.Ul(flags, className="reasons") if flags else html.P(shown.say("base.no_flags"), className="note")


def _cases(shown: View, publication: Publication, found: Profile, verdict: Verdict) -> Part:
    """The base's cases; for the nation, the way to open one where the verdict gives cause."""
    base = found.member.code
    known = _known(shown, base)
    links: list[Part] = [
        html.Li(
            [
                html.A(
                    shown.say("case.of_quarter", quarter=numbers.quarter(one.period, shown.language)),
                    href=urls.case_path(base, one.period),
                ),
                " ",
                case_words.state_mark(shown, one),
            ]
        )
        for one in known
    ]
    opened = {one.period for one in known}
    cause = verdict.lamp in verdict_words.CAUSE or verdict.proposal is not None
    if cause and publication.period not in opened and _may_open(shown, base, publication.period):
        links.append(html.Li(html.A(shown.say("case.open_one"), href=urls.case_path(base, publication.period))))
    return html.Ul(links, className="base-cases") if links else None


def _known(shown: View, base: str) -> Sequence[Case]:
    return shown.ask_now(cases.cases_of, base) if shown.may(permissions.CASE) else ()


def _may_open(shown: View, base: str, period: str) -> bool:
    """Whether the viewer can notify the base: it is their step, and there is a publication for it to rest on."""
    return shown.scope.everywhere and NOTIFY in shown.ask_now(cases.case, base, period).steps


def _findings(shown: View, publication: Publication, found: Profile) -> Part:
    """The quarters whose data a person found false, where the finding stands; and whether what is shown counts it."""
    base, parts = found.member.code, []
    verdict = shown.ask(repository.verdicts, publication).get(base)
    counted = verdict is not None and any(reason.rule == FALSE_DATA for reason in verdict.reasons)
    for one in _known(shown, base):
        if not one.false_data:
            continue
        words = [shown.say("verdict.false_data", quarter=numbers.quarter(one.period, shown.language))]
        if one.period[:4] == publication.period[:4] and one.period <= publication.period:
            words.append(shown.say("verdict.counted" if counted else "verdict.not_counted"))
        link = html.A(shown.say("verdict.to_case"), href=urls.case_path(base, one.period))
        mark = html.Span("■ ", **c.aria(hidden="true"))
        parts.append(html.P([mark, shown.say("list.space").join(words), " ", link], className="finding-stands"))
    return html.Div(parts) if parts else None


def _scores(shown: View, publication: Publication, found: Profile) -> Part:
    """The index and the pillars: score, which leads to what it is made of, and place."""
    definitions, language = found.definitions, shown.language
    rows: list[list[Part]] = []
    for part in (found.index, *found.pillars):
        place = _place(shown, part, found.n)
        bar = html.Span(
            html.Span(style={"width": f"{part.score or 0:.1f}%"}), className="meter", **c.aria(hidden="true")
        )
        score = html.A(
            numbers.score(part.score),
            href=urls.explain_path(found.member.code, publication.period, part.code),
            title=shown.say("explain.how"),
        )
        rows.append([definitions.name(part.code)[language], bar, score, place])
    head = [shown.say("base.scores"), "", shown.say("table.score"), shown.say("table.place")]
    return c.table(head, rows, numeric_from=2, className="scores")


def _place(shown: View, part: PillarScore, n: int) -> Part:
    """The place of n, and below it where it may lie."""
    if part.rank is None:
        return numbers.NONE
    place = shown.say("base.place", rank=part.rank, n=n)
    if part.low is None or part.high is None:
        return place
    between = shown.say("base.between", low=round(part.low), high=round(part.high))
    return [place, html.Span(between, className="under")]


# The chosen indicator --------------------------------------------------------------------------------------------------


def _chosen(shown: View, state: State, here: str, publication: Publication, found: Profile, code: str) -> Part:
    row = next(row for row in found.indicators if row.code == code)
    indicator, language = row.indicator, shown.language
    seen = shown.ask(repository.trend, publication, found.member.code, code)
    options: list = []
    for pillar in found.definitions.pillars.values():
        mine = [r.indicator for r in found.indicators if r.pillar == pillar]
        if mine:
            options.append(
                (pillar.name[language], [(urls.build(here, state.with_(code=i.code)), i.name[language]) for i in mine])
            )
    choose = c.chooser(shown.say("choose.indicator"), options, urls.build(here, state.with_(code=code)), "indicator")
    steady = indicator.floor is not None and indicator.floor.rule in STEADY
    caption = "trend.caption_floor" if steady and row.floor is not None else "trend.caption"
    chart = c.graph(
        shown,
        figures.against_deciles(
            [point.period for point in seen.points],
            [point.value for point in seen.points],
            [point.deciles for point in seen.points],
            (found.member.name[language], shown.say("trend.median")),
            lambda value: numbers.with_unit(value, indicator.unit, language),
            shown.theme,
            row.floor if steady else None,
        ),
        shown.say(caption, unit=numbers.unit_name(indicator.unit, language)),
        indicator.name[language],
    )
    how = html.A(shown.say("explain.how"), href=urls.explain_path(found.member.code, publication.period, code))
    table = c.twin(shown, _trend_table(shown, indicator, seen))
    parts = [choose, chart, table, html.P(how, className="more"), _explained(shown, indicator)]
    name = c.indicator_link(shown, state.with_(type=found.member.type), code, indicator.name[language])
    return c.section(name, parts, None, "chosen-indicator", id="indicator")


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


def _explained(shown: View, indicator: Indicator) -> Part:
    """What the indicator is, from its definition."""
    form, language = load_form(), shown.language
    entries: list[tuple[str, Part]] = [("why", indicator.why[language]), ("formula", formula(indicator, language))]
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
    return html.Details([html.Summary(shown.say("explain.title")), html.Dl(pairs)], className="explain", open=True)
