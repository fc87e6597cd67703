"""One base in one quarter on one page: verdict and reasons, rank, index and pillars, every indicator, what is uncertain."""

from dashboard import flag_words as flags
from dashboard import numbers, spine, standing_words
from dashboard.reports import common
from dashboard.reports.content import SMALL, STRONG, Block, Cell, Grid, Marked, Points, Report, Section, Two, Words
from dashboard.view import View
from indicators import repository
from indicators.definition import Pillar
from indicators.flags import FLOOR
from indicators.repository import IndicatorRow, PillarScore, Profile, Publication, Verdict

REASONS, FLOORS = 4, 5
"""How many are told; with more it would not stay on one page, and the base's page tells them all."""
WIDTHS = (0.52, 0.18, 0.18, 0.12)
UNCONFIRMED = ("unconfirmed", "not_confirmable")


def base_report(shown: View, publication: Publication, base: str) -> Report:
    """Raises NotAllowed for a base outside the scope, UnknownBase for none at all."""
    found: Profile = shown.ask(repository.profile, publication, base)
    verdict = shown.ask(repository.verdicts, publication).get(found.member.code)
    say = shown.say
    sections = _figures(shown, found) if _has_figures(found) else [_medians(shown, found)]
    if floors := [flag for flag in found.flags if flag.kind == FLOOR]:
        told = [Marked("■", "worse", flags.sentence(shown, flag)) for flag in floors[:FLOORS]]
        title = say("report.floors", n=len(floors))
        sections.append(Section(title, (Points((*told, *_more(shown, len(floors) - FLOORS))),)))
    sections.append(Section(say("report.uncertain"), (Points(tuple(_uncertain(shown, publication, found, verdict))),)))
    return Report(
        language=shown.language,
        name=f"basewatch-{found.member.code}-{publication.code}",
        head=common.head(shown, publication),
        title=found.member.name[shown.language],
        about=say("list.middot").join([*standing_words.about(shown, found.member), found.member.code]),
        lead=tuple(_lead(shown, publication, found, verdict)),
        sections=tuple(sections),
        foot=common.foot(shown, publication),
        dense=True,
    )


def _has_figures(found: Profile) -> bool:
    return found.member.returned or any(row.value is not None for row in found.indicators)


def _figures(shown: View, found: Profile) -> list[Section]:
    """The base's own, beside its peers'."""
    return [
        Section(shown.say("report.standing"), (_scores(shown, found),)),
        Section(shown.say("report.indicators"), (_legend(shown), Two(tuple(_indicators(shown, found))))),
    ]


def _medians(shown: View, found: Profile) -> Section:
    """Of a base without a return: that there is nothing of its own, said once, and where its peers stand."""
    grids = tuple(_pillar_medians(shown, pillar.name[shown.language], mine) for pillar, mine in _by_pillar(found))
    return Section(shown.say("report.indicators"), (Words(shown.say("report.no_return")), Two(grids)))


def _pillar_medians(shown: View, name: str, mine: list[IndicatorRow]) -> Grid:
    rows = tuple((_name(shown, row), _median(row)) for row in mine)
    return Grid((name, shown.say("report.median")), rows, (0.7, 0.3))


def _lead(shown: View, publication: Publication, found: Profile, verdict: Verdict | None) -> list[Block]:
    standing = Words(standing_words.standing(shown, publication, found), STRONG)
    if verdict is None:
        return [standing]
    reasons = [common.reason(shown, verdict, one, found.member.type) for one in verdict.reasons]
    more = _more(shown, len(reasons) - REASONS)
    return [Words(common.verdict_line(shown, verdict), STRONG), standing, Points((*reasons[:REASONS], *more))]


def _more(shown: View, left: int) -> list[str]:
    """That there are more of them than are told."""
    return [shown.say("report.more", n=left)] if left > 0 else []


def _scores(shown: View, found: Profile) -> Grid:
    """The index and the pillars: score, place, and where the place may lie."""
    say = shown.say
    rows = [_score(shown, found, part) for part in (found.index, *found.pillars)]
    head = ("", say("table.score"), say("table.place"), say("rankings.interval"))
    return Grid((say("base.scores"), *head[1:]), tuple(rows), (0.4, 0.2, 0.2, 0.2))


def _score(shown: View, found: Profile, part: PillarScore) -> tuple[Cell, ...]:
    name = found.definitions.name(part.code)[shown.language]
    place = numbers.NONE if part.rank is None else shown.say("base.place", rank=part.rank, n=found.n)
    return name, numbers.score(part.score), place, common.interval(shown, part.low, part.high)


def _legend(shown: View) -> Words:
    """What the marks mean."""
    kinds = (spine.BETTER, spine.SIMILAR, spine.WORSE, spine.UNKNOWN)
    marks = [f"{spine.SHAPES[kind]} {shown.say(f'spine.{kind}')}" for kind in kinds]
    return Words(shown.say("list.semicolon").join([*marks, f"■ {shown.say('indicator.missed')}"]), SMALL)


def _indicators(shown: View, found: Profile) -> list[Grid]:
    """A table for each pillar."""
    head = tuple(shown.say(f"report.{key}") for key in ("own", "median", "mark"))
    return [
        Grid((pillar.name[shown.language], *head), tuple(_indicator(shown, row) for row in mine), WIDTHS)
        for pillar, mine in _by_pillar(found)
    ]


def _by_pillar(found: Profile) -> list[tuple[Pillar, list[IndicatorRow]]]:
    """The pillars that have indicators, with them."""
    pillars = found.definitions.pillars.values()
    listed = [(pillar, [row for row in found.indicators if row.pillar == pillar]) for pillar in pillars]
    return [(pillar, mine) for pillar, mine in listed if mine]


def _indicator(shown: View, row: IndicatorRow) -> tuple[Cell, ...]:
    """Name with its unit, own value, the peers' median, and the mark of how it stands."""
    indicator = row.indicator
    own = numbers.in_unit(row.value, indicator.unit) if row.value is not None else shown.say(f"why.{row.why}")
    state = spine.state_of(indicator, row)
    mark = f"{spine.SHAPES[state]}{'■' if row.below_floor else ''}"
    return _name(shown, row), own, _median(row), Marked(mark, "worse" if row.below_floor else state, "")


def _name(shown: View, row: IndicatorRow) -> str:
    unit = numbers.unit_name(row.indicator.unit, shown.language)
    return shown.say("report.with_unit", name=row.indicator.name[shown.language], unit=unit)


def _median(row: IndicatorRow) -> str:
    """The peers'."""
    return numbers.in_unit(row.spread.p50 if row.spread else None, row.indicator.unit)


def _uncertain(shown: View, publication: Publication, found: Profile, verdict: Verdict | None) -> list[Cell]:
    """How far the figures bear: the rank's interval, blanks, missed floors that may be chance, and their status."""
    say, told = shown.say, []
    if found.rank is not None and found.low is not None and found.high is not None:
        low, high = (numbers.ordinal(round(edge), shown.language) for edge in (found.low, found.high))
        told.append(say("report.rank_may_be", low=low, high=high, n=numbers.plain(found.n)))
    elif found.rank is not None:
        told.append(say("rankings.no_interval"))
    blanks = [row for row in found.indicators if row.value is None]
    if blanks and _has_figures(found):
        names = [row.indicator.name[shown.language] for row in blanks[:REASONS]]
        names += _more(shown, len(blanks) - REASONS)
        told.append(say("report.blanks", n=len(blanks), names=say("list.comma").join(names)))
    chance = [one for one in verdict.reasons if one.quality in UNCONFIRMED] if verdict else []
    if chance:
        told.append(say("report.chance", n=len(chance)))
    told.append(common.meaning(shown, publication))
    if signed := common.signature(shown, publication):
        told.append(signed)
    return list(told)
