"""Makes the sample: every base lives through its quarters, then its returns are written as workbooks, in parallel.

The same seed gives the same sample, whatever the number of processes: each base draws from its own random numbers.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from etl import periods
from etl.config import settings
from etl.form import Form, load_form
from etl.registry import Base
from etl.template import Filling, write_form, write_history
from sample_data import faults, figures, programme, progress, rates, roster, traits
from sample_data.faults import Draft
from sample_data.firms import FirmQuarter, Incubator
from sample_data.programme import Member

SINGLE_QUARTERS = 4
"""The last quarters come as single returns with rosters, the ones before as history workbooks."""
COLUMNS = ("code", "name_en", "name_zh", "type", "province", "batch", "hardship", "status", "valid_from")
PROGRAMME_DRAWS, FAULT_DRAWS, DELIVERY_DRAWS, BASE_DRAWS, PROGRESS_DRAWS, ARCHIVE_DRAWS = range(6)
"""Independent streams of random numbers."""

HistoryRow = tuple[str, str, dict[str, float]]
"""(base, quarter, values)."""


@dataclass(frozen=True)
class Order:
    """What sample is wanted, and where. `in_progress`: some returns of the last quarter are still on their way; `under_way`
    tells which."""

    out: Path
    quarters: tuple[str, ...]
    bases: int
    seed: int
    in_progress: bool = False
    under_way: Mapping[str, str] = field(default_factory=dict)

    @property
    def single(self) -> tuple[str, ...]:
        return self.quarters[-SINGLE_QUARTERS:]

    def folder(self, base: str, period: str) -> Path:
        """Where a base's return of a quarter lies."""
        kind = self.under_way.get(base) if period == self.quarters[-1] else None
        return self.out / kind if kind else self.out / "returns" / period

    def draws(self, stream: int, number: int = 0) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(stream, number)))


@dataclass(frozen=True)
class Made:
    """What one base's process hands back."""

    base: str
    history: list[HistoryRow]
    faults: list[dict[str, Any]]


def generate(order: Order, workers: int, done: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Writes the whole sample into `order.out`, which must exist, and returns what the truth file says. `done` is
    called after each base."""
    form = load_form()
    members = programme.bases(form, order.bases, len(order.quarters), order.draws(PROGRAMME_DRAWS))
    if order.in_progress:
        order = replace(order, under_way=progress.plan(members, order.draws(PROGRESS_DRAWS)))
        for kind in progress.SHARES:
            (order.out / kind).mkdir(exist_ok=True)
    planned = faults.plan(members, order.single, order.draws(FAULT_DRAWS))
    for quarter in order.single:
        (order.out / "returns" / quarter).mkdir(parents=True, exist_ok=True)
    (order.out / "history").mkdir(exist_ok=True)
    archived = members if order.quarters != order.single else []
    provinces = list(dict.fromkeys(member.base.province for member in archived))
    with _pool(workers) as run:
        largest_first = sorted(members, key=lambda member: -member.firms)
        jobs = [partial(make_base, order, member, planned) for member in largest_first]
        made: dict[str, Made] = {}
        for result in run(jobs):
            made[result.base] = result
            done()
        rows: dict[str, list[HistoryRow]] = {province: [] for province in provinces}
        for member in archived:
            rows[member.base.province] += made[member.base.code].history
        list(run([partial(_write_history, order, province, rows[province]) for province in provinces]))
    found = [fault for member in members for fault in made[member.base.code].faults]
    truth = _truth(order, members, found)
    deliveries, truth["late"] = _deliveries(order, members, found, provinces)
    _write_csv(order.out / "bases.csv", COLUMNS, map(_base_row, members))
    _write_csv(order.out / "deliveries.csv", ("file", "received"), deliveries)
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (order.out / "truth.json").write_text(text + "\n", encoding="utf-8")
    (order.out / "README.txt").write_text(
        README.format(**vars(rates) | vars(order), UNDER_WAY=UNDER_WAY if order.in_progress else ""), encoding="utf-8"
    )
    return truth


@contextmanager
def _pool(workers: int) -> Iterator[Callable[[list[Callable[[], Any]]], Iterable[Any]]]:
    """Runs jobs in that many processes (1: in this one) and gives their results as they come."""
    if workers == 1:
        yield lambda jobs: (job() for job in jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield lambda jobs: (future.result() for future in as_completed([pool.submit(job) for job in jobs]))


def live(
    form: Form, member: Member, quarters: Sequence[str], rng: np.random.Generator
) -> tuple[list[FirmQuarter], list[dict[str, float]]]:
    """One base's firms, and what its returns say of them, quarter by quarter."""
    own, strain = traits.draw(member, rng), traits.strain(member, len(quarters))
    incubator = Incubator(member, own, quarters[0], rng)
    lived = [incubator.quarter(period, trouble) for period, trouble in zip(quarters, strain, strict=True)]
    return lived, figures.measures(form, member, own, lived, strain, rng)


def make_base(order: Order, member: Member, planned: dict[tuple[str, str], str]) -> Made:
    """Simulates one base, writes its single returns, and hands back its history rows and the faults planted."""
    form, rng = load_form(), order.draws(BASE_DRAWS, member.number)
    lived, values = live(form, member, order.quarters, rng)
    code, first = member.base.code, len(order.quarters) - len(order.single)
    columns = [column.code for column in form.roster_of(member.base.type)]
    drafts = [Draft(figure) for figure in values[:first]]
    found = []
    for i in range(first, len(order.quarters)):
        reported, answers = figures.with_blanks(values[i], figures.OWN, rng)
        drafts.append(Draft(reported, answers, roster.rows(member, lived[i], columns)))
        kind = planned.get((code, order.quarters[i]))
        if kind == "copied" and i == 0:
            kind = None  # there is nothing to copy yet
        elif kind == "copied" and i == first:
            drafts[i - 1] = Draft(drafts[i - 1].values, roster=roster.rows(member, lived[i - 1], columns))
        found += _write_return(order, form, member.base, drafts, i, kind, rng)
    return Made(code, [(code, order.quarters[i], dict(values[i])) for i in range(first)], found)


def _write_return(
    order: Order, form: Form, base: Base, drafts: list[Draft], i: int, kind: str | None, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Writes the return of quarter `i`; with a fault, and then corrected unless it is the last quarter. Returns the
    truth file's entry for the fault."""
    period, right = order.quarters[i], drafts[i]
    if kind is None:
        _write_form(order, form, base, period, right, drafts[:i])
        return []
    faulty, record = faults.plant(kind, form, right, drafts[i - 1] if i else right, rng)
    file = _write_form(order, form, base, period, faulty, drafts[:i])
    again = None
    if i < len(order.quarters) - 1:
        again = _write_form(order, form, base, period, faults.corrected(right, faulty), drafts[:i], "-corrected")
    return [{"base": base.code, "period": period, "kind": kind, "file": file, "corrected": again} | record]


def _write_form(
    order: Order, form: Form, base: Base, period: str, draft: Draft, before: list[Draft], version: str = ""
) -> str:
    """Writes one workbook and returns its name, which no other quarter has."""
    last = before[-1].values if before else {}
    year = before[-4].values if len(before) >= 4 else {}
    earlier = {code: (last.get(code), year.get(code)) for code in form.measures}
    name = f"{base.code}-{period}{version}.xlsx"
    filling = Filling(draft.values, draft.answers, earlier, draft.roster)
    due = periods.ends(period) + timedelta(days=settings().due_days)
    write_form(order.folder(base.code, period) / name, form, base, period, filling, due)
    return name


def _write_history(order: Order, province: str, rows: list[HistoryRow]) -> None:
    """The archive of one province. That of a programme in progress tells of each return the day on which it came in, a
    few days before it was due, so that its earlier quarters do not all look late."""
    path = order.out / "history" / f"{province}.xlsx"
    if not order.in_progress:
        write_history(path, load_form(), rows)
        return
    days, due = order.draws(ARCHIVE_DRAWS, sum(map(ord, province))), settings().due_days
    received = {
        (base, period): periods.ends(period) + timedelta(days=due - min(int(days.exponential(4)), due - 2))
        for base, period, _ in rows
    }
    write_history(path, load_form(), rows, received)


def _truth(order: Order, members: list[Member], found: list[dict[str, Any]]) -> dict[str, Any]:
    """What was planted, for those who test whether it is found."""
    return {
        "seed": order.seed,
        "last": order.quarters[-1],
        "faults": found,
        "late": [],
        "decliners": [
            {"base": member.base.code, "begins": order.quarters[member.declines_in]}
            for member in members
            if member.declines_in is not None
        ],
        "stars": [member.base.code for member in members if member.star],
    }


def _deliveries(
    order: Order, members: list[Member], found: list[dict[str, Any]], provinces: list[str]
) -> tuple[list[tuple[str, str]], list[dict[str, Any]]]:
    """(file and day for every workbook, the late ones). Most returns come in during the last days before they are due."""
    rng, days = order.draws(DELIVERY_DRAWS), settings().due_days
    again = {fault["file"]: fault["corrected"] for fault in found if fault["corrected"]}
    spots = [(quarter, member.base.code) for quarter in order.single for member in members]
    tardy = set(map(int, rng.choice(len(spots), max(1, round(rates.LATE_SHARE * len(spots))), replace=False)))
    rows, late = [], []
    if provinces:
        due = periods.ends(periods.shift(order.single[0], -1)) + timedelta(days=days)
        rows += [(f"{province}.xlsx", (due + timedelta(days=1)).isoformat()) for province in provinces]
    for i, (quarter, code) in enumerate(spots):
        name, due = f"{code}-{quarter}.xlsx", periods.ends(quarter) + timedelta(days=days)
        early, behind = min(int(rng.exponential(4)), days - 2), int(rng.integers(1, rates.LATEST + 1))
        wait = int(rng.integers(rates.CORRECTED_AFTER[0], rates.CORRECTED_AFTER[1] + 1))
        day: date = due + timedelta(days=behind if i in tardy else -early)
        rows.append((name, day.isoformat()))
        if i in tardy:
            late.append({"base": code, "period": quarter, "file": name, "days": behind})
        if name in again:
            rows.append((again[name], (day + timedelta(days=wait)).isoformat()))
    return rows, late


def _base_row(member: Member) -> tuple[Any, ...]:
    base = member.base
    what = base.code, base.name.en, base.name.zh, base.type, base.province
    return *what, base.batch, "yes" if base.hardship else "no", base.status, member.since


def _write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


README = """\
EVERYTHING IN THIS FOLDER IS INVENTED. 本文件夹中的全部数据均为虚构。

The bases, the firms, their credit codes and every figure were drawn at random (seed {seed}); none belongs to a real
base or firm. The credit codes have right check characters and area codes that no place has. Bases have about one
{SHRINK}th of the firms that real ones have (plus {FEWEST_FIRMS}), so that a demonstration is quick.

基地、企业、统一社会信用代码及所有数值均按随机种子({seed})生成,与任何真实基地或企业无关。信用代码的校验码正确,
但其行政区划代码并不存在。为便于演示,每个基地的企业数约为真实规模的{SHRINK}分之一(另加{FEWEST_FIRMS}家)。

bases.csv        the programme / 示范基地名单
history/         earlier quarters, one workbook a province / 以前季度,每省一个文件
{UNDER_WAY}returns/         the last quarters, one return a base; some have planted faults and come again as "-corrected"
                 最近各季报表,每基地一份;部分报表含有意设置的错误,并附更正版
deliveries.csv   the day on which each file came in / 各文件收到日期
truth.json       what was planted: faults, late returns, bases that decline, bases that excel
                 有意设置的内容:错误、迟报、下滑的基地、优秀的基地
"""

UNDER_WAY = """\
unsent/          returns of the last quarter that were filled but not sent / 已填未报的报表
in_review/       handed in, with the province / 已提交、省级审核中
with_nation/     accepted by the province, with the nation / 省级已接受、国家审核中
"""
