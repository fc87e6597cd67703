"""Any number of a base: what it is made of, down to the cells, and what asks for it."""

from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import explained, lamps, numbers, review_words, states, urls
from dashboard.components import Part
from dashboard.explained import Address
from dashboard.explained_cells import Sheets
from dashboard.frame import page
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from indicators import repository
from indicators.catalogue import NotKept
from indicators.definition import load_definitions
from indicators.explain import Explanation
from indicators.explain_scores import GRADE, LAMP, Component, Judgement, Score, Whole
from indicators.publish import Refused
from indicators.repository import Publication, UnknownBase
from indicators.repository.explanations import Explained

PATH = "/explain/<of_base>/<of_quarter>/<of_number>"


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str, number: str) -> Part:
    """The page for a viewer, a base, a quarter and the code of a number. `publication` in the query: as it was published
    there."""
    state, here = shown.state({"period": quarter}), urls.explain_path(base_code, quarter, number)
    publication = _publication(shown, quarter, query.get("publication"))
    if publication is None:
        named = query.get("publication")
        unknown = states.unknown_publication(shown, named, quarter) if named else states.unknown_address(shown)
        return page(shown, state, here, unknown, publication=None)
    named = "" if publication in shown.published else publication.code
    try:
        ask = shown.ask if publication.settled else shown.ask_now
        found: Explained = ask(repository.explained, publication, base_code)
    except UnknownBase:
        return page(shown, state, here, states.unknown_base(shown, base_code, quarter), publication=publication)
    except (Refused, NotKept) as error:
        return page(shown, state, here, _not_now(shown, base_code, error), publication=publication)

    def address(code: str) -> str:
        return urls.explain_path(base_code, quarter, code, named)

    def sheet_at(cell: str) -> str:
        return urls.explain_path(base_code, quarter, number, named, cell)

    told, sheets = found.whole.find(number), Sheets(publication, query.get("cell", ""), sheet_at)
    index = found.whole.definitions.method.index.code
    content = _content(shown, found, told, address, sheets) if told else _unknown(shown, number, address(index))
    choices = _choose(shown, publication, base_code, number)
    return page(shown, state, here, content, choices, address(number), publication)


def _publication(shown: View, quarter: str, name: str | None) -> Publication | None:
    """The named publication of the quarter, else the one that is shown for it."""
    if name:
        known = {one.code: one for one in shown.ask_now(repository.every_publication)}
        return known[name] if name in known and known[name].period == quarter else None
    return next((one for one in shown.published if one.period == quarter), None)


def _choose(shown: View, publication: Publication, base: str, code: str) -> Part:
    options = [
        (urls.explain_path(base, one.period, code), numbers.quarter(one.period, shown.language))
        for one in reversed(shown.published)
    ]
    return c.chooser(shown.say("choose.quarter"), options, urls.explain_path(base, publication.period, code), "quarter")


def _not_now(shown: View, base: str, error: Exception) -> Part:
    link = html.P(html.A(shown.say("explain.to_base"), href=urls.base_path(base)))
    return c.empty(shown.say("explain.not_now"), shown.say("explain.not_now_help"), html.Pre(str(error)), link)


def _unknown(shown: View, code: str, index: str) -> Part:
    link = html.P(html.A(shown.say("explain.to_index"), href=index))
    return c.empty(shown.say("explain.unknown", code=code[:40]), shown.say("explain.unknown_help"), link)


def _content(
    shown: View, found: Explained, told: Score | Explanation | Judgement, address: Address, sheets: Sheets
) -> Part:
    whole, parent = found.whole, _parent(found.whole, told)
    work = html.Div([_part_of(shown, whole, parent, address), *explained.detail(shown, found, told, address, sheets)])
    return [
        _head(shown, sheets.publication, found, told, parent),
        html.Div(
            [still(html.Div(work, className="work")), still(_tree(shown, whole, told, address))],
            className="explain-columns",
        ),
    ]


def _head(
    shown: View,
    publication: Publication,
    found: Explained,
    told: Score | Explanation | Judgement,
    parent: tuple[Score, Component] | None,
) -> html.Header:
    language, member = shown.language, found.member
    period = State(period=publication.period)
    base = html.A(member.name[language], href=urls.build(urls.base_path(member.code), period))
    about: list[Part] = [base, shown.say("list.middot"), review_words.about(shown, member)]
    code = told.indicator.code if isinstance(told, Explanation) else told.code
    title = shown.say(
        "explain.headline",
        name=_name(shown, found.whole, code),
        quarter=numbers.quarter(publication.period, language),
        value=explained.value_of(shown, told),
    )
    return html.Header(
        [
            html.P(about, className="about"),
            html.Div(html.H1([_shape(told), c.explained(shown, State(type=member.type), code, title)])),
            html.P(_sentence(shown, publication, told, parent), className="next"),
        ],
        className="return-head",
    )


def _shape(told: Score | Explanation | Judgement) -> Part:
    return lamps.shape(told.value) if isinstance(told, Judgement) and told.code == LAMP and told.value else None


def _sentence(
    shown: View, publication: Publication, told: Score | Explanation | Judgement, parent: tuple[Score, Component] | None
) -> str:
    """Where it was published, and how it stands among the peers."""
    parts = [shown.say("explain.published_in", publication=publication.code)]
    if isinstance(told, Score) and told.rank is not None:
        rank = numbers.ordinal(told.rank, shown.language)
        if told.low is None or told.high is None:
            parts.append(shown.say("explain.rank", rank=rank))
        else:
            low, high = numbers.plain(told.low, 0), numbers.plain(told.high, 0)
            parts.append(shown.say("explain.rank_between", rank=rank, low=low, high=high))
    if isinstance(told, Explanation) and parent and parent[1].score is not None:
        parts.append(shown.say("explain.scored", score=numbers.score(parent[1].score)))
    return shown.say("list.space").join(parts)


# What is above and beside -------------------------------------------------------------------------------------------------


def _name(shown: View, whole: Whole, code: str) -> str:
    return shown.say(f"explain.{code}") if code in (LAMP, GRADE) else whole.definitions.name(code)[shown.language]


def _parent(whole: Whole, told: Score | Explanation | Judgement) -> tuple[Score, Component] | None:
    """The score that the number is a part of, and as which part."""
    code = told.indicator.code if isinstance(told, Explanation) else told.code
    scores = (one for one in whole.numbers.values() if isinstance(one, Score))
    return next(((above, part) for above in scores for part in above.components if part.code == code), None)


def _part_of(shown: View, whole: Whole, parent: tuple[Score, Component] | None, address: Address) -> Part:
    if parent is None:
        return None
    above, part = parent
    name = html.A(_name(shown, whole, above.code), href=address(above.code))
    share = shown.say("explain.of_it", share=f"{part.share:.1%}", points=numbers.score(part.contribution))
    return html.P([shown.say("explain.part_of"), name, share], className="part-of")


def _tree(shown: View, whole: Whole, told: Score | Explanation | Judgement, address: Address) -> html.Aside:
    """Every number of the base, from the verdict down to the indicators."""
    here = told.indicator.code if isinstance(told, Explanation) else told.code
    head = [html.Th(shown.say(f"explain.column.{name}"), scope="col", className=kind) for name, kind in TREE]
    rows: list[Part] = [
        _line(shown, _name(shown, whole, code), code, address(code), ["", "", _judged(shown, one)], 0, code == here)
        for code, one in whole.verdict.items()
    ]
    for code, one in whole.numbers.items():
        if isinstance(one, Score):
            rows += _branch(shown, whole, code, one, address, here)
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="explain-tree")
    return html.Aside(c.section(shown.say("explain.tree"), html.Div(table, className="table-frame")))


TREE = (("number", ""), ("share", "number"), ("score", "number"), ("contributes", "number"))


def _judged(shown: View, one: Judgement) -> Part:
    return lamps.mark(shown, str(one.value)) if one.code == LAMP else explained.judged(shown, one)


def _branch(shown: View, whole: Whole, code: str, one: Score, address: Address, here: str) -> list[Part]:
    """A pillar with its indicators, or the index by itself: its pillars follow."""
    place = _parent(whole, one)
    name = _name(shown, whole, code)
    top = place is None and all(isinstance(part.below, Score) for part in one.components)
    if place is None and not top:
        name = shown.say("rankings.bonus", name=name)
    lines = [
        _line(shown, name, code, address(code), _figures(place[1] if place else None, one.value), not top, code == here)
    ]
    if top:
        return lines
    for part in one.components:
        figures = _figures(part, part.score)
        lines.append(
            _line(shown, _name(shown, whole, part.code), part.code, address(part.code), figures, 2, part.code == here)
        )
    scored = {part.code for part in one.components}
    for indicator in whole.definitions.of_pillar(code):
        if indicator.code in whole.numbers and indicator.code not in scored:
            named = indicator.name[shown.language]
            value = explained.value_of(shown, whole.numbers[indicator.code])
            lines.append(
                _line(shown, named, indicator.code, address(indicator.code), ["", "", value], 2, indicator.code == here)
            )
    return lines


def _figures(part: Component | None, score: float | None) -> list[Part]:
    if part is None:
        return ["", numbers.score(score), ""]
    missing = part.score is None
    return [
        numbers.NONE if missing else f"{part.share:.0%}",
        numbers.score(score),
        numbers.NONE if missing else numbers.score(part.contribution),
    ]


def _line(shown: View, name: str, code: str, address: str, figures: list[Part], depth: int, here: bool) -> html.Tr:
    explains = c.data(explains=code) if code in load_definitions().indicators else {}
    cells = [html.Td(figure, className="number") for figure in figures]
    if not any(figures[:2]):  # a word, which may be longer than a number
        cells = [html.Td(figures[2], className="number", colSpan=3)]
    return html.Tr(
        [html.Th(html.A(name, href=address, **c.current(here), **explains), scope="row"), *cells],
        className=f"depth-{int(depth)}{' chosen' if here else ''}",
    )
