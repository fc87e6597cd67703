"""The rows of the queue of flagged bases: on the page, and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard import case_words, evidence, flag_case, flag_words, lamps, numbers, review_words, verdict_words
from dashboard import components as c
from dashboard.components import Part
from dashboard.tables import Column, Table, Value
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators.repository import FlagRow, Publication
from indicators.repository.cases import CaseRow
from indicators.repository.queue import Queued
from indicators.verdicts.reasons import GREEN, GREY, STEADY

COLUMNS = ("lamp", "base", "grade", "reason", "since", "case", "do")


@dataclass(frozen=True)
class Row:
    """A base of the queue with its flags and the case that matters, None where the viewer sees none."""

    queued: Queued
    flags: tuple[FlagRow, ...]
    case: CaseRow | None

    @property
    def absent(self) -> bool:
        """Whether nothing can be said of it because no return is accepted; a lamp that is lit nevertheless is said."""
        return not self.queued.member.returned and self.queued.lamp in (None, GREY)

    @property
    def proposed(self) -> bool:
        return bool(self.queued.verdict and self.queued.verdict.proposal)

    def new_in(self, period: str) -> bool:
        return self.queued.since is not None and self.queued.since.period == period


def queue_table(shown: View, publication: Publication, rows: Sequence[Row], kind: str, label: str = "") -> html.Div:
    """The rows under their headings. `kind`: the kind of flag that was asked for, which is then told."""
    steps = [flag_case.next_step(shown, row.case, row.queued.warned or row.proposed) for row in rows]
    names = COLUMNS if any(steps) else COLUMNS[:-1]
    heads = [
        html.Th(shown.say(f"flags.column.{name}"), scope="col", className="number" if name == "grade" else "")
        for name in names
    ]
    listed = zip(rows, steps if any(steps) else [()] * len(rows), strict=True)
    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr(heads)),
                html.Tbody([_row(shown, publication, row, kind, step) for row, step in listed]),
            ],
            className="flag-queue",
        ),
        className="table-frame",
        tabIndex="0",
        role="region",
        **c.aria(label=label or shown.say("flags.queue")),
    )


def _row(shown: View, publication: Publication, row: Row, kind: str, step: Part) -> html.Tr:
    """`step`: what the viewer can do, None for nothing; () where nobody in the table can do anything."""
    member = row.queued.member
    name = c.base_link(shown, member.code, member.name[shown.language], publication)
    return html.Tr(
        [
            html.Td(_lamp(shown, row.queued), className="lamp-cell"),
            html.Th([name, html.Span(review_words.about(shown, member), className="under")], scope="row"),
            _labelled(shown, "grade", _grade(shown, row.queued), "number"),
            html.Td(_why(shown, publication, row, kind), className="why-cell"),
            _labelled(shown, "since", _since(shown, row.queued)),
            _labelled(shown, "case", flag_case.stands(shown, row.case, publication.period)),
            *([] if step == () else [html.Td(step, className="do-cell")]),
        ]
    )


def _labelled(shown: View, name: str, content: Part, className: str = "") -> html.Td:
    """A cell that says on a phone, where there is no heading, what it is."""
    return html.Td(
        content, className=f"{name}-cell {className}".strip(), **c.data(label=shown.say(f"flags.column.{name}"))
    )


def _lamp(shown: View, one: Queued) -> Part:
    if one.verdict is None:
        return numbers.NONE
    sure = html.Span(_sure(shown, one), className="under") if one.warned else None
    return [
        html.Span([lamps.shape(one.verdict.lamp), shown.say(f"flags.lamp.{one.verdict.lamp}")], className="lamp-mark"),
        sure,
    ]


def _sure(shown: View, one: Queued) -> str:
    return shown.say("flags.sure" if one.sure else "flags.unsure")


def _grade(shown: View, one: Queued) -> Part:
    if one.verdict is None or not one.verdict.grade:
        return numbers.NONE
    so_far = None if one.verdict.final else html.Span(shown.say("flags.so_far"), className="under")
    return [html.B(one.verdict.grade), so_far]


def _since(shown: View, one: Queued) -> Part:
    if one.since is None or one.lamp == GREEN:
        return numbers.NONE
    quarters = one.since.quarters
    long = shown.say("flags.new_now") if quarters == 1 else shown.say("flags.quarters", n=quarters)
    return [_since_when(shown, one), html.Span(long, className="under")]


def _since_when(shown: View, one: Queued) -> str:
    assert one.since is not None
    quarter = numbers.quarter(one.since.period, shown.language)
    return shown.say("flags.or_earlier", quarter=quarter) if one.since.earlier else quarter


# Why --------------------------------------------------------------------------------------------------------------------


def _why(shown: View, publication: Publication, row: Row, kind: str) -> list[Part]:
    """What tells most, with the way to its evidence; everything else is folded below it."""
    asked = [flag for flag in row.flags if flag.kind == kind]
    if asked:
        return [_list([_flag(shown, publication, flag) for flag in asked]), _folded(shown, publication, row)]
    verdict = row.queued.verdict
    if verdict is None:
        return [_list([_flag(shown, publication, flag) for flag in row.flags])]
    member, reasons = row.queued.member, row.queued.reasons
    reason = reasons[0] if reasons else None
    told: list[Part] = []
    if reason:
        words = verdict_words.brief(shown, reason, member.type, verdict.definitions)
        told += [c.explained(shown, publication, member.type, reason.code, words, verdict.definitions), " "]
    told.append(evidence.of_base(shown, publication, member, reason, verdict.definitions))
    if verdict.trend != STEADY:
        told.insert(0, html.Span(shown.say(f"verdict.trend.{verdict.trend}"), className=f"trend is-{verdict.trend}"))
        told.insert(1, " ")
    return [html.P(told), _folded(shown, publication, row)]


def _folded(shown: View, publication: Publication, row: Row) -> html.Details | None:
    """Every reason of the lamp, and what else is noted."""
    verdict, member = row.queued.verdict, row.queued.member
    more = row.queued.reasons if len(row.queued.reasons) > 1 else ()
    if verdict is None or not (more or row.flags):
        return None
    sentences = [verdict_words.sentence(shown, publication, one, member.type, verdict.definitions) for one in more]
    reasons = [html.Li(told) for told in sentences]
    summary = shown.say("flags.folded", reasons=len(more), flags=len(row.flags)) if more else ""
    summary = summary or shown.say("verdict.flags", n=len(row.flags))
    return html.Details(
        [html.Summary(summary), _list(reasons), _list([_flag(shown, publication, flag) for flag in row.flags])],
        className="twin",
    )


def _flag(shown: View, publication: Publication, flag: FlagRow) -> html.Li:
    shape = html.Span(flag_words.SHAPES[flag.kind], className=f"shape {flag.kind}", **c.aria(hidden="true"))
    return html.Li([shape, html.Span(flag_words.linked(shown, publication, flag))])


def _list(items: Sequence[Part]) -> html.Ul | None:
    return html.Ul(list(items), className="reasons") if items else None


# As a file --------------------------------------------------------------------------------------------------------------


def table(shown: View, state: State, publication: Publication, rows: Sequence[Row]) -> Table:
    """One row a base, with all reasons of its lamp."""
    say = shown.say
    columns = [
        Column("code", say("overview.code")),
        Column("base", say("choose.base")),
        Column("type", say("choose.type")),
    ]
    columns += [Column("province", say("table.province"))]
    columns += [Column(name, say(f"flags.column.{name}")) for name in ("lamp", "certain", "trend", "grade", "since")]
    columns += [Column("quarters", say("flags.column.quarters"), decimals=0, number=True)]
    columns += [
        Column(name, say(f"flags.column.{name}")) for name in ("case", "case_quarter", "turn", "due", "reasons")
    ]
    kind = load_form().types[state.type].name[shown.language] if state.type else say("choose.all_types")
    area = c.area_name(shown, state)
    about = ((say("file.type"), kind), *(((say("file.area"), area),) if area else ()))
    return Table(say("flags.queue"), tuple(columns), tuple(_values(shown, row) for row in rows), about)


def _values(shown: View, row: Row) -> tuple[Value, ...]:
    one, member = row.queued, row.queued.member
    place = (member.code, member.name[shown.language])
    place += (review_words.type_name(shown, member), review_words.province_name(shown, member))
    if one.verdict is None:
        return (*place, *[None] * 6, *_case(shown, row.case), None)
    told = [verdict_words.words(shown, reason, member.type, one.verdict.definitions) for reason in one.reasons]
    return (
        *place,
        lamps.word(shown, one.verdict.lamp),
        _sure(shown, one) if one.warned else None,
        shown.say(f"verdict.trend.{one.verdict.trend}"),
        one.verdict.grade,
        _since_when(shown, one) if one.since else None,
        one.since.quarters if one.since else None,
        *_case(shown, row.case),
        shown.say("list.space").join(told),
    )


def _case(shown: View, row: CaseRow | None) -> tuple[Value, ...]:
    if row is None or not row.case.events:
        return (None, None, None, None)
    one = row.case
    turn = shown.say(f"case.level.{one.turn}") if one.turn else None
    state = case_words.state_word(shown, one) if one.state else shown.say("case.state.finding")
    due = numbers.day(one.due, shown.language) if one.due and one.turn else None
    return (state, one.period, turn, due)
