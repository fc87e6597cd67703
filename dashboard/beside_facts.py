"""Bases side by side: verdict, grade, rank, index and pillars; and in words, which ranks are certain to differ."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from dash import html

from dashboard import components as c
from dashboard import numbers, urls, verdict_words
from dashboard.beside_table import chip
from dashboard.compared import Subject
from dashboard.components import Part
from dashboard.still import still
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.repository import Publication, Ranking, RankingRow

TOLD = 2
"""How many reasons of a verdict are told."""
Placed = Sequence[tuple[Subject, RankingRow]]


def rows_of(shown: View, publication: Publication, kinds: Sequence[str]) -> dict[str, tuple[Ranking, RankingRow]]:
    """Base → its ranking and its row there, for the viewer's bases of those types."""
    rankings = [shown.ask(repository.ranking, publication, kind) for kind in dict.fromkeys(kinds)]
    return {row.member.code: (ranking, row) for ranking in rankings for row in ranking.rows}


def facts(
    shown: View, publication: Publication, subjects: Sequence[Subject], found: Mapping[str, tuple[Ranking, RankingRow]]
) -> Part:
    """One column a base."""
    form, definitions, language, say = load_form(), shown.definitions(publication), shown.language, shown.say
    verdicts = shown.ask(repository.verdicts, publication)
    head = [html.Th(html.Span(say("beside.fact"), className="unseen"), scope="col", className="head-cell")]
    head += [html.Th(html.Div([chip(s), html.A(s.name, href=s.href)]), scope="col") for s in subjects]
    lines: list[tuple[str, list[Part]]] = [
        (say(f"beside.{name}"), []) for name in ("type", "province", "verdict", "why", "rank")
    ]
    scored = [definitions.method.index, *definitions.method.pillars]
    bonus = {pillar.code for pillar in definitions.method.pillars if pillar.bonus}
    lines += [
        (say("rankings.bonus", name=one.name[language]) if one.code in bonus else one.name[language], [])
        for one in scored
    ]
    for subject in subjects:
        ranking, row = found[subject.code]
        member, province = row.member, form.provinces.get(row.member.province)
        scores = {definitions.method.index.code: row.index, **row.pillars}
        cells: list[Part] = [
            form.types[member.type].name[language],
            province.name[language] if province else member.province,
            _verdict(shown, row, verdicts.get(member.code)),
            _why(shown, publication, row, verdicts.get(member.code)),
            _rank(shown, ranking, row),
            *(_score(shown, publication, member.code, one.code, scores.get(one.code)) for one in scored),
        ]
        for (_, line), cell in zip(lines, cells, strict=True):
            line.append(cell)
    body = [
        html.Tr([html.Th(words, scope="row", className="head-cell"), *(html.Td(cell) for cell in cells)])
        for words, cells in lines
    ]
    return html.Div(
        still(html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="facts")),
        className="table-frame beside-frame",
        tabIndex="0",
        role="region",
        **c.aria(label=say("beside.at_a_glance")),
    )


def _verdict(shown: View, row: RankingRow, verdict: repository.Verdict | None) -> Part:
    if verdict is None:
        return numbers.NONE
    parts: list[Part] = [verdict_words.lamp_mark(shown, verdict.lamp)]
    if verdict.grade:
        key = "verdict.grade" if verdict.final else "verdict.grade_so_far"
        parts.append(html.Span(shown.say(key, grade=verdict.grade), className="under"))
    return parts


def _why(shown: View, publication: Publication, row: RankingRow, verdict: repository.Verdict | None) -> Part:
    """The first reasons of the verdict, and the way to all of them."""
    if verdict is None or not verdict.reasons:
        return numbers.NONE
    told = verdict_words.reasons(shown, publication, verdict, row.member.type, TOLD)
    more = len(verdict.reasons) - TOLD
    if more < 1:
        return told
    words = shown.say("beside.more_reason" if more == 1 else "beside.more_reasons", n=numbers.plain(more))
    return [told, c.base_link(shown, row.member.code, words, publication)]


def _rank(shown: View, ranking: Ranking, row: RankingRow) -> Part:
    if row.rank is None:
        return html.Span(
            shown.say("rankings.unranked" if row.member.returned else "flag.missing_return"), className="why"
        )
    parts: list[Part] = [shown.say("base.place", rank=row.rank, n=ranking.n)]
    if row.low is not None and row.high is not None:
        parts.append(html.Span(shown.say("base.between", low=round(row.low), high=round(row.high)), className="under"))
    return parts


def _score(shown: View, publication: Publication, base: str, code: str, score: float | None) -> Part:
    if score is None:
        return numbers.NONE
    bar = html.Span(html.Span(style={"width": f"{score:.1f}%"}), className="meter", **c.aria(hidden="true"))
    href = urls.explain_path(base, publication.period, code, publication.code)
    return html.Div([html.A(numbers.score(score), href=href, title=shown.say("explain.how")), bar], className="score")


# Ranks on one axis ---------------------------------------------------------------------------------------------------------


def ranks(shown: View, subjects: Sequence[Subject], found: Mapping[str, tuple[Ranking, RankingRow]]) -> Part:
    """For each type an axis of all its ranks with everybody's interval, and what is certain in words."""
    by_type = sorted(((s, *found[s.code]) for s in subjects), key=lambda one: one[1].type)
    parts: list[Part] = []
    groups = [(kind, list(mine)) for kind, mine in groupby(by_type, key=lambda one: one[1].type)]
    if len(groups) > 1:
        parts.append(html.P(shown.say("beside.within_type"), className="sentence-small"))
    for kind, mine in groups:
        placed = [(subject, row) for subject, _, row in mine if row.rank is not None]
        if not placed:
            continue
        n = mine[0][1].n
        if len(groups) > 1:
            parts.append(html.H3(load_form().types[kind].name[shown.language]))
        parts.append(_axis(shown, placed, n))
        if len(placed) > 1:
            parts.append(html.Ul([html.Li(words) for words in certainly(shown, placed)], className="certain"))
    if not parts:
        parts.append(html.P(shown.say("beside.no_rank")))
    else:
        parts.append(html.P(shown.say("beside.ranks_note"), className="note"))
    return c.section(shown.say("beside.ranks"), parts)


def _axis(shown: View, placed: Placed, n: int) -> Part:
    def spot(rank: float) -> float:
        return (rank - 1) / max(1, n - 1) * 100

    rows = []
    for subject, row in placed:
        low, high = (row.low or row.rank or 1, row.high or row.rank or 1)
        style = {"left": f"{spot(low):.2f}%", "width": f"{max(spot(high) - spot(low), 0.4):.2f}%"}
        words = shown.say("base.place", rank=row.rank, n=n)
        if row.low is not None:
            words += shown.say("list.middot") + shown.say("base.between", low=round(low), high=round(high))
        marks = [
            html.Span(className=f"reach tone-{subject.place + 1}", style=style),
            html.Span(className=f"at tone-{subject.place + 1}", style={"left": f"{spot(row.rank or 1):.2f}%"}),
        ]
        rows.append(
            html.Li(
                [
                    chip(subject),
                    html.Span(marks, className="rank-track", **c.aria(hidden="true")),
                    html.Span(words, className="words"),
                ]
            )
        )
    ends = html.Li(
        [html.Span(numbers.plain(1)), html.Span(numbers.plain(n))], className="ends", **c.aria(hidden="true")
    )
    return still(html.Ul([*rows, ends], className="rank-axis"))


def certainly(shown: View, placed: Placed) -> list[str]:
    """Who is certainly ahead of whom, and a sentence for the rest: bases whose intervals overlap are not to be called
    different. Without intervals nothing is certain."""
    say = shown.say
    if any(row.low is None or row.high is None for _, row in placed):
        return [say("rankings.no_interval")]
    ordered = sorted(placed, key=lambda one: one[1].rank or 0)
    ahead: dict[tuple[str, ...], list[str]] = {}
    for subject, row in ordered:
        behind = tuple(other.letter for other, its in ordered if (row.high or 0) < (its.low or 0))
        if behind:
            ahead.setdefault(behind, []).append(subject.letter)
    join = say("beside.and").join
    sentences = [say("beside.ahead", ones=join(ones), others=join(others)) for others, ones in ahead.items()]
    certain = sum(len(ones) * len(others) for others, ones in ahead.items())
    pairs = len(ordered) * (len(ordered) - 1) // 2
    if not certain:
        sentences.append(say("beside.overlap_both" if pairs == 1 else "beside.overlap_all"))
    elif certain < pairs:
        sentences.append(say("beside.overlap_rest"))
    return sentences
