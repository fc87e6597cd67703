"""The quarter in a report: totals, rankings, honours, warnings, returns, revisions, method. A province gets its part."""

from collections.abc import Sequence

from dashboard import numbers, return_words, review_words
from dashboard.reports import common
from dashboard.reports.content import SMALL, Block, Cell, Grid, Marked, Points, Report, Section, Words
from dashboard.reports.revisions import revisions
from dashboard.states import STATES
from dashboard.view import View
from etl.form import load_form
from indicators import cases as life
from indicators import method_words, repository
from indicators.repository import Area, Headline, Member, Publication, Ranking, RankingRow, Reports, Verdict
from indicators.repository import cases as case_rows
from indicators.scope import PROVINCE
from indicators.verdicts.reasons import HONOUR, RED, YELLOW

ENDS = 5
"""How many bases stand at the top and at the bottom of a ranking."""
TOLD = 2
"""How many reasons of a warning are told."""
WIDTHS = (0.08, 0.42, 0.15, 0.13, 0.1, 0.12)


def bulletin(shown: View, publication: Publication) -> Report:
    """For the nation all of it; for a province its own bases, and sums of its own area."""
    say, language = shown.say, shown.language
    listed = shown.ask(repository.members, publication)
    verdicts = shown.ask(repository.verdicts, publication)
    sections = [
        _totals(shown, publication),
        *_rankings(shown, publication),
        _honours(shown, publication, listed, verdicts),
        _warnings(shown, listed, verdicts),
        _returns(shown, publication),
        revisions(shown, publication),
        _method(shown, publication),
    ]
    where = _where(shown)
    return Report(
        language=language,
        name=f"basewatch-bulletin-{publication.code}",
        head=common.head(shown, publication),
        title=say("report.title", quarter=numbers.quarter(publication.period, language), where=where),
        about=say("report.about", n=numbers.plain(len(listed)), where=where),
        lead=(Words(common.meaning(shown, publication)),),
        sections=tuple(sections),
        foot=common.foot(shown, publication),
    )


def _where(shown: View) -> str:
    province = load_form().provinces.get(shown.scope.province or "")
    return province.name[shown.language] if province else shown.say("overview.whole_country")


def _area(shown: View) -> Area:
    return Area() if shown.scope.everywhere else Area(PROVINCE, shown.scope.province or "")


# Totals ------------------------------------------------------------------------------------------------------------------


def _totals(shown: View, publication: Publication) -> Section:
    say = shown.say
    found: Sequence[Headline] = shown.ask(repository.headlines, publication, "", _area(shown))
    head = tuple(say(f"report.{key}") for key in ("total", "now", "on_the_year", "of_bases"))
    rows = tuple(_total(shown, headline) for headline in found)
    return Section(say("report.totals"), (Grid(head, rows, (0.34, 0.22, 0.22, 0.22)),))


def _total(shown: View, headline: Headline) -> tuple[Cell, ...]:
    name, now = headline.definition.name[shown.language], headline.now
    if now is None or now.value is None:
        reason = "count.hidden" if now is not None and now.hidden else "count.no_value"
        return name, shown.say(reason), numbers.NONE, numbers.NONE
    number, unit = numbers.headline(now.value, headline.definition.unit, shown.language)
    gap = " " if shown.language == "en" and unit else ""
    change = numbers.change(headline.change.ratio, shown.language) if headline.change else numbers.NONE
    return name, f"{number}{gap}{unit}", change, f"{numbers.plain(now.bases)}/{numbers.plain(now.expected)}"


# Rankings ----------------------------------------------------------------------------------------------------------------


def _rankings(shown: View, publication: Publication) -> list[Section]:
    """A section for each type of which the viewer sees a base."""
    sections = []
    for code, kind in load_form().types.items():
        found: Ranking = shown.ask(repository.ranking, publication, code)
        if found.rows:
            title = shown.say("report.ranking", type=kind.name[shown.language])
            sections.append(Section(title, tuple(_ranking(shown, found))))
    return sections


def _ranking(shown: View, found: Ranking) -> list[Block]:
    """The top and the bottom where every base is listed, else all of one's own."""
    say, ranked = shown.say, [row for row in found.rows if row.rank is not None]
    note = [say("rankings.ranked", n=numbers.plain(found.n), of=numbers.plain(found.expected))]
    note.append(
        say("report.interval_note") if any(row.low is not None for row in ranked) else say("rankings.no_interval")
    )
    blocks: list[Block] = [Words(say("list.space").join(note), SMALL)]
    if not ranked:
        return [*blocks, Words(say("report.none_ranked"))]
    if not found.complete or len(ranked) <= 2 * ENDS:
        return [*blocks, _places(shown, found, ranked, "")]
    top = _places(shown, found, ranked[:ENDS], say("report.top", n=ENDS))
    return [*blocks, top, _places(shown, found, ranked[-ENDS:], say("report.bottom", n=ENDS))]


def _places(shown: View, found: Ranking, rows: Sequence[RankingRow], title: str) -> Grid:
    say = shown.say
    head = tuple(say(key) for key in ("rankings.rank", "rankings.base", "rankings.interval"))
    head += (found.definitions.method.index.name[shown.language], say("rankings.grade"), say("rankings.lamp"))
    return Grid(head, tuple(_place(shown, row) for row in rows), WIDTHS, numbers=2, title=title)


def _place(shown: View, row: RankingRow) -> tuple[Cell, ...]:
    return (
        numbers.NONE if row.rank is None else numbers.plain(row.rank),
        row.member.name[shown.language],
        common.interval(shown, row.low, row.high),
        numbers.score(row.index),
        row.grade or numbers.NONE,
        common.lamp_mark(shown, row.lamp),
    )


# Honours and warnings ----------------------------------------------------------------------------------------------------


def _named(shown: View, member: Member) -> str:
    """With type and province; with the type alone where the name itself tells the province."""
    name, province = member.name[shown.language], review_words.province_name(shown, member)
    about = review_words.type_name(shown, member) if province in name else review_words.about(shown, member)
    return shown.say("report.base_of", name=name, about=about)


def _honours(shown: View, publication: Publication, listed: dict[str, Member], verdicts: dict[str, Verdict]) -> Section:
    """Who is proposed for an honour, and whose honour a person has signed."""
    say = shown.say
    signed = [
        row
        for row in shown.ask_now(case_rows.cases)
        if row.case.period == publication.period
        and row.case.decision
        and row.case.decision.decision == life.PROPOSE_HONOUR
    ]
    items: list[Cell] = [
        Marked("✓", "better", say("report.honoured", name=row.base.name[shown.language], by=row.case.decision.by))
        for row in signed
        if row.case.decision
    ]
    decided = {row.base.code for row in signed}
    for code, verdict in verdicts.items():
        if verdict.proposal == HONOUR and code not in decided:
            reasons = [
                common.reason(shown, verdict, one, listed[code].type).text
                for one in verdict.reasons
                if one.weighs == HONOUR
            ]
            items.append(Marked("▲", "better", say("list.space").join([f"{_named(shown, listed[code])}:", *reasons])))
    blocks: tuple[Block, ...] = (Points(tuple(items)),) if items else (Words(say("report.no_honours")),)
    return Section(say("report.honours"), blocks)


def _warnings(shown: View, listed: dict[str, Member], verdicts: dict[str, Verdict]) -> Section:
    """The red and yellow lamps, the red first, each with what it rests on."""
    say, rows = shown.say, []
    for lamp in (RED, YELLOW):
        for code, verdict in verdicts.items():
            if verdict.lamp == lamp:
                member = listed[code]
                rows.append((common.lamp_mark(shown, lamp), _named(shown, member), _because(shown, verdict, member)))
    counts = {lamp: sum(verdict.lamp == lamp for verdict in verdicts.values()) for lamp in (RED, YELLOW)}
    title = say("report.warnings", red=counts[RED], yellow=counts[YELLOW])
    if not rows:
        return Section(title, (Words(say("report.no_warnings")),))
    head = tuple(say(key) for key in ("rankings.lamp", "rankings.base", "report.why"))
    return Section(title, (Grid(head, tuple(rows), (0.1, 0.31, 0.59), numbers=3),))


def _because(shown: View, verdict: Verdict, member: Member) -> str:
    """The first reasons for the lamp."""
    told = [one for one in verdict.reasons if one.weighs == verdict.lamp] or list(verdict.reasons)
    words = [common.reason(shown, verdict, one, member.type).text for one in told[:TOLD]]
    left = len(told) - TOLD
    return shown.say("list.space").join([*words, *([shown.say("report.more_reasons", n=left)] if left > 0 else [])])


# Returns and method ------------------------------------------------------------------------------------------------------


def _returns(shown: View, publication: Publication) -> Section:
    """How many stand where, how many came late, and who is missing."""
    say = shown.say
    found: Reports = shown.ask_now(repository.reports, publication.period)
    title = say("returns.title", quarter=numbers.quarter(publication.period, shown.language))
    if not found.expected:
        return Section(title, (Words(say("returns.none_expected")),))
    counts = [
        say("returns.count", n=numbers.plain(found.states[state]), state=return_words.state_word(shown, state))
        for state in STATES
        if found.states.get(state)
    ]
    told = [say("report.expected", n=numbers.plain(found.expected)), *counts, say("returns.late", n=found.late)]
    if found.due:
        told.append(say("returns.due", day=numbers.day(found.due, shown.language)))
    blocks: list[Block] = [Words(say("list.semicolon").join(told))]
    if found.waiting:
        items = [
            Marked(
                return_words.SHAPES[known.state],
                "grey",
                say(
                    "report.base_of",
                    name=known.base.name[shown.language],
                    about=return_words.state_word(shown, known.state),
                ),
            )
            for known in found.waiting
        ]
        blocks += [Words(say("returns.waiting")), Points(tuple(items))]
    return Section(title, tuple(blocks))


def _method(shown: View, publication: Publication) -> Section:
    """In three sentences, and where the whole of it stands."""
    say = shown.say
    certainty = shown.definitions(publication).method.certainty
    low, high = certainty.interval
    interval = say("report.method_interval", share=f"{high - low:g}", n=numbers.plain(certainty.replications))
    told = [method_words.PROPOSAL[shown.language], say("report.method_ranks"), interval]
    return Section(
        say("report.method"), (Words(say("list.space").join(told)), Words(common.meaning(shown, publication), SMALL))
    )
