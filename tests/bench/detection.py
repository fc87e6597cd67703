"""How many planted faults are found, and how much a right return is asked, in invented programmes of several sizes.

A fault counts as found when a finding points at a cell that it spoilt. Each quarter is checked against a warehouse that
holds the quarters before it: the returns as they are right, then with one fault each, kind by kind. Nothing is written
as a workbook but what is loaded, so that thousands of returns are checked within a minute.

In a programme's first quarter a return can only be compared with those that came before it or with it. There the slips
are planted among right returns, one base in eight at a time: all checked together, then each after those before it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from etl import periods, warehouse
from etl.checks import Checker
from etl.findings import Finding
from etl.form import load_form
from etl.history import History
from etl.reading import RETURN_SHEET, ROSTER_SHEET, Entry, Return, Roster
from etl.registry import Base, Registry
from etl.rules.comparison import FEWEST_PEERS
from etl.template import write_history
from sample_data import figures, programme, rates, roster
from sample_data.generate import live
from tests.bench.planting import KINDS, Rows, Sent
from tests.bench.timing import Row
from tests.builders import entry, load, set_up

FORM = load_form()
RECALL, NOISE = 0.95, 1.0
"""At least this share of the faults is found, and a right return is asked fewer queries than so many."""
FIRST_MEASURE, VALUE_COLUMN, FIRST_FIRM = 10, 4, 6
SLIPS = "unit slip of the whole return"
TOGETHER, ONE_BY_ONE = "first quarter together", "first quarter one by one"
SLIPPED = 8
"""One base in so many slips at once where all of a first quarter are checked together."""
NEWCOMERS = 5
"""One base in so many sends its first return in the last quarter: only its peers can be compared with."""


@dataclass(frozen=True)
class Trial:
    """A programme to try: bases with one `shrink`th of real ones' firms, `most` at most. Faults are planted in the
    quarters `tried`, counted from 0, and slips in the first of all, where only the others can be compared with."""

    name: str
    shrink: int
    most: int
    bases: int
    quarters: int
    tried: tuple[int, ...]
    seed: int


BRIEF = [
    Trial("a fifteenth of real size", 15, 400, 60, 6, (1, 2, 5), 11),
    Trial("real size", 1, 2000, 15, 2, (1,), 12),
    Trial("smallest bases", 1000, 3, 40, 6, (1, 5), 13),
]
FULL = [
    *(Trial("a fifteenth of real size", 15, 400, 212, 12, (1, 2, 3, 5, 11), seed) for seed in (21, 22, 23)),
    Trial("real size", 1, 3000, 106, 6, (1, 2, 5), 24),
    Trial("smallest bases", 1000, 3, 212, 6, (1, 2, 5), 25),
]


@dataclass(frozen=True, eq=False)
class Life:
    """One invented base and its right returns by quarter."""

    base: Base
    returns: Mapping[str, Sent]

    def known_before(self, quarter: str) -> int:
        return sum(earlier < quarter for earlier in self.returns)


@dataclass
class Score:
    """What came of planting and of asking. Keys: (trial, group, kind, own quarters known before), and (trial, own
    quarters known before)."""

    planted: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    right: Counter = field(default_factory=Counter)
    """Right returns."""
    asked: Counter = field(default_factory=Counter)
    """Queries of right returns; those with a reason in the return count too."""
    checks: Counter = field(default_factory=Counter)
    """The same by check."""
    blocked: list[tuple[Return, Finding]] = field(default_factory=list)
    """Errors in right returns."""
    first: Counter = field(default_factory=Counter)
    """A programme's first quarter: found of planted slips by (trial, TOGETHER or ONE_BY_ONE, factor, enough others, whether
    it was found)."""


def detection(folder: Path, full: bool) -> list[Row]:
    score = tried(folder, FULL if full else BRIEF)
    _tell(score)
    assert not score.blocked, score.blocked[0]
    first = [_first_row(score, way) for way in (TOGETHER, ONE_BY_ONE)]
    return [*(_found_row(score, group) for group in KINDS), *first, _asked_row(score)]


def tried(folder: Path, trials: Iterable[Trial]) -> Score:
    score = Score()
    for trial in trials:
        _try(folder, trial, score)
    return score


def _found_row(score: Score, group: str) -> Row:
    planted, found = (_total(counter, 1, group) for counter in (score.planted, score.found))
    low, high = wilson(found, planted)
    early_planted, early_found = (
        sum(count for key, count in counter.items() if key[1] == group and key[3] <= 1)
        for counter in (score.planted, score.found)
    )
    words = f"{found:,} of {planted:,}; with one earlier quarter or none {early_found:,} of {early_planted:,}"
    share = found / planted
    return group, f"{share:.1%} ({low:.1%}–{high:.1%})", f"≥ {RECALL:.0%}", words, share >= RECALL


def _first_row(score: Score, way: str) -> Row:
    """Of those with enough others to compare with; the first few, which have not, are counted beside."""
    (found, planted), few = (first_quarter(score, way, enough) for enough in (True, False))
    low, high = wilson(found, planted)
    words = f"{found:,} of {planted:,}; with fewer than {FEWEST_PEERS} others {few[0]:,} of {few[1]:,}"
    share = found / planted
    return f"unit slip, {way}", f"{share:.1%} ({low:.1%}–{high:.1%})", f"≥ {RECALL:.0%}", words, share >= RECALL


def first_quarter(score: Score, way: str, enough: bool, trial: str = "", kind: str = "") -> tuple[int, int]:
    """(found, planted) of a first quarter's slips."""
    keys = [key for key in score.first if key[1] == way and key[3] == enough]
    keys = [key for key in keys if trial in ("", key[0]) and kind in ("", key[2])]
    return sum(score.first[key] for key in keys if key[4]), sum(score.first[key] for key in keys)


def _asked_row(score: Score) -> Row:
    right, asked = score.right.total(), score.asked.total()
    checks = ", ".join(f"{code} {count / right:.2f}" for code, count in score.checks.most_common(5))
    by_known = [
        (name, sum(score.asked[key] for key in keys) / sum(score.right[key] for key in keys))
        for name, keys in (
            ("first return", [key for key in score.right if key[1] == 0]),
            ("second", [key for key in score.right if key[1] == 1]),
            ("later", [key for key in score.right if key[1] > 1]),
        )
    ]
    worst = ", ".join(f"{name} {rate:.2f}" for name, rate in by_known)
    met = all(rate < NOISE for _, rate in by_known)
    return (
        "queries for a right return",
        f"{asked / right:.2f}",
        f"< {NOISE:g}",
        f"{right:,} returns; {worst}; {checks}",
        met,
    )


def _total(counter: Counter, place: int, name: str) -> int:
    return sum(count for key, count in counter.items() if key[place] == name)


def _tell(score: Score) -> None:
    """A line for each kind of fault: found of planted, by what was known of the base before."""
    for group, kinds in KINDS.items():
        for kind in kinds:
            parts = Counter(), Counter()
            for key, count in score.planted.items():
                if key[1:3] == (group, kind):
                    parts[0][key[3]] += count
                    parts[1][key[3]] += score.found[key]
            told = "  ".join(f"{known}: {parts[1][known]}/{parts[0][known]}" for known in sorted(parts[0]))
            print(f"  {group}, {kind}, by earlier quarters known: {told}", flush=True)
    for trial, way in sorted({key[:2] for key in score.first}):
        ways = {
            kind: [first_quarter(score, way, enough, trial, kind) for enough in (True, False)] for kind in KINDS[SLIPS]
        }
        told = "  ".join(f"{kind}: {a}/{b}, few others {c}/{d}" for kind, ((a, b), (c, d)) in ways.items())
        print(f"  {way}, {trial}: {told}", flush=True)


def wilson(found: int, planted: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which holds near 1 too."""
    share, room = found / planted, z * z / planted
    middle = (share + room / 2) / (1 + room)
    half = z * math.sqrt(share * (1 - share) / planted + room / planted / 4) / (1 + room)
    return middle - half, min(middle + half, 1.0)


@contextmanager
def _size(trial: Trial) -> Iterator[None]:
    before = rates.SHRINK, rates.MOST_FIRMS
    rates.SHRINK, rates.MOST_FIRMS = trial.shrink, trial.most
    try:
        yield
    finally:
        rates.SHRINK, rates.MOST_FIRMS = before


def lives(trial: Trial, quarters: tuple[str, ...]) -> list[Life]:
    """A programme of bases without any fault."""
    with _size(trial):
        members = programme.bases(FORM, trial.bases, len(quarters), np.random.default_rng(trial.seed))
        found = []
        for member in members:
            rng = np.random.default_rng([trial.seed, member.number])
            lived, values = live(FORM, member, quarters, rng)
            columns = [column.code for column in FORM.roster_of(member.base.type)]
            returns = {}
            for quarter, figure in zip(lived, values, strict=True):
                given = {code: float(value) for code, value in figure.items()}
                reported, answers = figures.with_blanks(given, figures.OWN, rng)
                returns[quarter.period] = Sent(quarter.period, reported, answers, roster.rows(member, quarter, columns))
            if member.number % NEWCOMERS == 0:
                returns = {quarters[-1]: returns[quarters[-1]]}
            found.append(Life(member.base, returns))
    return found


def as_read(base: Base, sent: Sent) -> Return:
    """The return as it would come out of its workbook."""
    entries = {
        measure.code: Entry(sent.values.get(measure.code), row, VALUE_COLUMN, sent.answers.get(measure.code))
        for row, measure in enumerate(FORM.measures_of(base.type), start=FIRST_MEASURE)
    }
    return Return(base.code, sent.period, RETURN_SHEET, entries, _roster(base, sent.rows), stated_type=base.type)


def _roster(base: Base, rows: Rows) -> Roster:
    columns = [column.code for column in FORM.roster_of(base.type)]
    return Roster(
        rows=list(range(FIRST_FIRM, FIRST_FIRM + len(rows))),
        places={code: place for place, code in enumerate(columns)},
        columns={code: [_cell(row[code]) for row in rows] for code in columns},
        key=FORM.firm_key,
    )


def _cell(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, (str, date)) else float(cell)


def hits(sent: Sent, item: Return) -> bool:
    """Whether a finding stands at a cell that the fault spoilt."""
    return any(
        finding.measure in sent.spoilt or (finding.sheet == ROSTER_SHEET and _firm(finding) in sent.spoilt_rows)
        for finding in item.findings
    )


def _firm(finding: Finding) -> int:
    return int("".join(filter(str.isdigit, finding.cell or "0"))) - 1 - FIRST_FIRM


def _try(folder: Path, trial: Trial, score: Score) -> None:
    """Checks every quarter's right returns, and where it is to be tried each kind of fault in every base."""
    quarters = periods.span(periods.shift("2026Q4", 1 - trial.quarters), "2026Q4")
    everyone, rng = lives(trial, quarters), np.random.default_rng(trial.seed)
    engine = warehouse.connect(f"sqlite:///{folder / f'detection-{trial.seed}.db'}")
    warehouse.create(engine)
    set_up(engine, [entry(life.base.code, life.base.type, life.base.province) for life in everyone], quarters)
    for number, quarter in enumerate(quarters):
        now = {life: life.returns[quarter] for life in everyone if quarter in life.returns}
        _ask(engine, trial, now, score)
        if number == 0:
            _try_first(engine, trial, now, rng, score)
        if number in trial.tried:
            for group, kinds in KINDS.items():
                for kind, plant in kinds.items():
                    before = periods.shift(quarter, -1)
                    tries = ((life, plant(sent, life.returns.get(before), rng)) for life, sent in now.items())
                    spoilt = {life: sent for life, sent in tries if sent}
                    _look(engine, (trial.name, group, kind), spoilt, score)
        path = folder / f"{trial.seed}-{quarter}.xlsx"
        write_history(path, FORM, [(life.base.code, quarter, dict(sent.values)) for life, sent in now.items()])
        load(engine, path)
    engine.dispose()


def _checked(engine: Engine, sent: Mapping[Life, Sent]) -> list[tuple[Life, Return]]:
    items = [(life, as_read(life.base, one)) for life, one in sent.items()]
    with warehouse.reading(engine) as connection:
        registry = Registry(connection)
        Checker(FORM, registry, History(connection, FORM, registry)).check([item for _, item in items])
    return items


def _try_first(
    engine: Engine, trial: Trial, right: Mapping[Life, Sent], rng: np.random.Generator, score: Score
) -> None:
    """Plants slips in a programme's first quarter, where nothing but the others' returns can be compared with."""
    for kind, plant in KINDS[SLIPS].items():
        slipped = {life: spoilt for life, sent in right.items() if (spoilt := plant(sent, None, rng))}
        for start in range(SLIPPED):
            some = dict(list(slipped.items())[start::SLIPPED])
            for life, item in _checked(engine, {**right, **some}):
                if life in some:
                    score.first[trial.name, TOGETHER, kind, len(right) > FEWEST_PEERS, hits(some[life], item)] += 1
        for life, item, before in _one_by_one(engine, right, slipped):
            score.first[trial.name, ONE_BY_ONE, kind, before >= FEWEST_PEERS, hits(slipped[life], item)] += 1


def _one_by_one(
    engine: Engine, right: Mapping[Life, Sent], slipped: Mapping[Life, Sent]
) -> Iterator[tuple[Life, Return, int]]:
    """Each slipped return, checked when the right ones before it were taken in; how many these were."""
    with warehouse.reading(engine) as connection:
        history = History(connection, FORM, registry := Registry(connection))
        checker = Checker(FORM, registry, history)
        for before, (life, sent) in enumerate(right.items()):
            if life in slipped:
                item = as_read(life.base, slipped[life])
                checker.check([item])
                yield life, item, before
            history.learn(life.base.code, sent.period, sent.values)


def _ask(engine: Engine, trial: Trial, sent: Mapping[Life, Sent], score: Score) -> None:
    for life, item in _checked(engine, sent):
        key = trial.name, life.known_before(item.period or "")
        score.right[key] += 1
        score.asked[key] += len(item.findings)
        score.checks.update(finding.code for finding in item.findings)
        score.blocked += [(item, finding) for finding in item.findings if finding.severity == "error"]


def _look(engine: Engine, fault: tuple[str, str, str], spoilt: Mapping[Life, Sent], score: Score) -> None:
    for life, item in _checked(engine, spoilt):
        key = *fault, life.known_before(item.period or "")
        score.planted[key] += 1
        score.found[key] += hits(spoilt[life], item)
