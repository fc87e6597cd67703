"""Any number of a base: what it is made of, down to the cells, and what asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import explained, lamps, numbers, review_words, urls
from dashboard.components import Part
from dashboard.explained import Address
from dashboard.explained_cells import Sheets
from dashboard.explaining import asked
from dashboard.frame import page
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from indicators import repository
from indicators.explain import Explanation
from indicators.explain_scores import GRADE, LAMP, Component, Judgement, Score, Whole
from indicators.repository import Publication
from indicators.repository.explanations import Explained

PATH = "/explain/<of_base>/<of_quarter>/<of_number>"


def render(shown: View, query: Mapping[str, str], base_code: str, quarter: str, number: str) -> Part:
    """The page for a viewer, a base, a quarter and the code of a number. `publication` in the query: as it was published
    there."""
    state, here = shown.state({"period": quarter}), urls.explain_path(base_code, quarter, number)
    answer = asked(shown, state, here, query, base_code, quarter, repository.explained)
    if not isinstance(answer, tuple):
        return answer
    publication, found = answer
    named = shown.named(publication)

    def address(code: str) -> str:
        return urls.explain_path(base_code, quarter, code, named)

    def sheet_at(cell: str) -> str:
        return urls.explain_path(base_code, quarter, number, named, cell)

    told, sheets = found.whole.find(number), Sheets(publication, query.get("cell", ""), sheet_at)
    index = found.whole.definitions.method.index.code
    content = _content(shown, found, told, address, sheets) if told else _unknown(shown, number, address(index))
    choices = _choose(shown, publication, base_code, number)
    return page(shown, state, here, content, choices, address(number), publication)


def _choose(shown: View, publication: Publication, base: str, code: str) -> Part:
    options = [
        (urls.explain_path(base, one.period, code), numbers.quarter(one.period, shown.language))
        for one in reversed(shown.published)
    ]
    return c.chooser(shown.say("choose.quarter"), options, urls.explain_path(base, publication.period, code), "quarter")


def _unknown(shown: View, code: str, index: str) -> Part:
    link = html.P(html.A(shown.say("explain.to_index"), href=index))
    return c.empty(shown.say("explain.unknown", code=code[:40]), shown.say("explain.unknown_help"), link)


def _content(
    shown: View, found: Explained, told: Score | Explanation | Judgement, address: Address, sheets: Sheets
) -> Part:
    whole, parent = found.whole, _parent(found.whole, told)
    code = told.indicator.code if isinstance(told, Explanation) else told.code
    work = html.Div([_part_of(shown, whole, parent, address), *explained.detail(shown, found, told, address, sheets)])
    return [
        _head(shown, sheets.publication, found, told, parent),
        html.Div(
            [
                still(html.Div(work, className="work")),
                still(_tree(_Tree(shown, sheets.publication, whole, address, code))),
            ],
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
    named = c.explained(shown, publication, member.type, code, title, found.whole.definitions)
    return html.Header(
        [
            html.P(about, className="about"),
            html.Div(c.h1([_shape(told), named], None)),
            html.P(_sentence(shown, publication, told, parent), className="next"),
        ],
        className="return-head",
    )


def _shape(told: Score | Explanation | Judgement) -> Part:
    return lamps.shape(told.value) if isinstance(told, Judgement) and told.code == LAMP and told.value else None


def source(shown: View, publication: Publication) -> str:
    """What the numbers are of: a publication, or working figures, which are none."""
    key = "published_in" if publication.settled else "working_in"
    return shown.say(f"explain.{key}", publication=publication.code)


def _sentence(
    shown: View, publication: Publication, told: Score | Explanation | Judgement, parent: tuple[Score, Component] | None
) -> str:
    """Where it was published, and how it stands among the peers."""
    parts = [source(shown, publication)]
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
    told = share if part.score is not None else shown.say("explain.of_it_nothing")
    return html.P([shown.say("explain.part_of"), name, told], className="part-of")


@dataclass(frozen=True)
class _Tree:
    """What every line of the tree needs. `here`: the number that is shown."""

    shown: View
    publication: Publication
    whole: Whole
    address: Address
    here: str

    def name(self, code: str) -> str:
        return _name(self.shown, self.whole, code)


def _tree(tree: _Tree) -> html.Aside:
    """Every number of the base, from the verdict down to the indicators."""
    shown, whole = tree.shown, tree.whole
    head = [html.Th(shown.say(f"explain.column.{name}"), scope="col", className=kind) for name, kind in TREE]
    rows: list[Part] = [
        _line(tree, tree.name(code), code, ["", "", _judged(shown, one)], 0) for code, one in whole.verdict.items()
    ]
    for code, one in whole.numbers.items():
        if isinstance(one, Score):
            rows += _branch(tree, code, one)
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="explain-tree")
    return html.Aside(c.section(shown.say("explain.tree"), html.Div(table, className="table-frame")))


TREE = (("number", ""), ("share", "number"), ("score", "number"), ("contributes", "number"))


def _judged(shown: View, one: Judgement) -> Part:
    return lamps.mark(shown, str(one.value)) if one.code == LAMP else explained.judged(shown, one)


def _branch(tree: _Tree, code: str, one: Score) -> list[Part]:
    """A pillar with its indicators, or the index by itself: its pillars follow."""
    shown, whole, name = tree.shown, tree.whole, tree.name(code)
    place = _parent(whole, one)
    top = place is None and all(isinstance(part.below, Score) for part in one.components)
    if place is None and not top:
        name = shown.say("rankings.bonus", name=name)
    lines = [_line(tree, name, code, _figures(place[1] if place else None, one.value), int(not top))]
    if top:
        return lines
    for part in one.components:
        lines.append(_line(tree, tree.name(part.code), part.code, _figures(part, part.score), 2))
    scored = {part.code for part in one.components}
    for indicator in whole.definitions.of_pillar(code):
        if indicator.code in whole.numbers and indicator.code not in scored:
            named = indicator.name[shown.language]
            value = explained.value_of(shown, whole.numbers[indicator.code])
            lines.append(_line(tree, named, indicator.code, ["", "", value], 2))
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


def _line(tree: _Tree, name: str, code: str, figures: list[Part], depth: int) -> html.Tr:
    here = code == tree.here
    explains = c.explains(code, tree.publication) if code in tree.whole.definitions.indicators else {}
    cells = [html.Td(figure, className="number") for figure in figures]
    if not any(figures[:2]):  # a word, which may be longer than a number
        cells = [html.Td(figures[2], className="number", colSpan=3)]
    return html.Tr(
        [html.Th(html.A(name, href=tree.address(code), **c.current(here), **explains), scope="row"), *cells],
        className=f"depth-{depth}{' chosen' if here else ''}",
    )
