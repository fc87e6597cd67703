"""What was published of the quarter before these figures, and whom they moved."""

from dashboard import numbers
from dashboard.reports import common
from dashboard.reports.content import Block, Cell, Grid, Section, Words
from dashboard.view import View
from indicators import repository
from indicators.catalogue import NotKept
from indicators.compare import Moved
from indicators.publish import Refused
from indicators.repository import Publication
from indicators.repository.publications import before

MOVED = ("rank_before", "rank_now", "lamp_before", "lamp_now")
LARGEST = 5
"""How many bases are named."""


def revisions(shown: View, publication: Publication) -> Section:
    """The publications of the quarter; then, where these figures follow others of the quarter, what moved."""
    say = shown.say
    every = shown.ask_now(repository.every_publication)
    of_quarter = [one for one in every if one.period == publication.period and (one.settled or one == publication)]
    head = tuple(say(f"report.{key}") for key in ("publication", "vintage", "day", "signed_by"))
    rows = tuple(_published(shown, one, one == publication) for one in of_quarter)
    blocks: list[Block] = [Grid(head, rows, (0.3, 0.3, 0.2, 0.2), numbers=len(head))]
    last = before(every, publication)
    if last is None or last.period != publication.period or not (last.settled and publication.settled):
        return Section(say("report.revisions"), (*blocks, Words(say("report.no_revision"))))
    return Section(say("report.revisions"), (*blocks, *_moved(shown, last, publication)))


def _published(shown: View, one: Publication, these: bool) -> tuple[Cell, ...]:
    name = shown.say("report.these", name=one.code) if these else one.code
    day = numbers.day(one.created_at, shown.language)
    return name, common.status(shown, one), day, one.approved_by or numbers.NONE


def _moved(shown: View, last: Publication, publication: Publication) -> list[Block]:
    say = shown.say
    try:
        rows: tuple[Moved, ...] = shown.ask(repository.comparison, last, publication)
    except (Refused, NotKept):
        return [Words(say("report.not_compared", name=last.code))]
    moved = [row for row in rows if row.rank_a != row.rank_b or row.lamp_a != row.lamp_b]
    if not moved:
        return [Words(say("report.nobody_moved", name=last.code, of=numbers.plain(len(rows))))]
    told = say("report.moved", name=last.code, n=numbers.plain(len(moved)), of=numbers.plain(len(rows)))
    moved.sort(key=lambda row: (row.lamp_a == row.lamp_b, -abs((row.rank_b or 0) - (row.rank_a or 0)), row.base))
    listed = shown.ask(repository.members, publication)
    head = tuple(say(key) for key in ("rankings.base", *(f"report.{key}" for key in MOVED)))
    places = tuple(
        (
            listed[row.base].name[shown.language] if row.base in listed else row.base,
            _rank(row.rank_a),
            _rank(row.rank_b),
            common.lamp_mark(shown, row.lamp_a),
            common.lamp_mark(shown, row.lamp_b),
        )
        for row in moved[:LARGEST]
    )
    return [Words(told), Grid(head, places, (0.4, 0.12, 0.12, 0.18, 0.18))]


def _rank(rank: int | None) -> str:
    return numbers.NONE if rank is None else numbers.plain(rank)
