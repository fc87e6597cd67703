"""A programme for the journeys: twelve regional bases, six of them in the west, with two years of returns behind them, a
final publication and the running quarter, all computed by the product from workbooks that are kept as they were sent."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dashboard.accounts import create_account
from etl import warehouse
from etl.periods import span
from indicators import scope
from indicators.publish import publish
from indicators.refresh import refresh
from indicators.repository import ranking
from indicators.repository.publications import publications
from tests import builders
from tests.builders import LOANS, Story, Writer, entry, load
from tests.dashboard.programme import PASSWORD

BEFORE, NOW = span("2022Q4", "2026Q3"), "2026Q4"
YEARS, FULL = ("2024Q4", "2025Q4"), BEFORE[-1]
"""Closed years by their last quarters, and the last quarter that is complete; all are published as final."""
KIND, REGION = "regional", "west"
WEST = {"R8801": "SN", "R8802": "SN", "R8803": "SC", "R8804": "SC", "R8805": "GZ", "R8806": "GZ"}
ELSEWHERE = {"R8807": "ZJ", "R8808": "ZJ", "R8809": "ZJ", "R8810": "LN", "R8811": "LN", "R8812": "HB"}
BASES = {**WEST, **ELSEWHERE}
"""Base → its province. The codes are like no other text in the product, so that one that leaks is found."""
BEST, WORST, MISSING = "R8801", "R8804", "R8812"
"""A base that is honoured, one that is warned, and one that has sent nothing for the running quarter."""
EVALUATOR, COORDINATOR, REPORTER = "eva", "cora", "rep"


@dataclass(frozen=True)
class Programme:
    """`sent`: the folder of the workbooks as they were sent; `weakest`: the last three of the
    west, the last first. The coordinator is of the last one's province, the reporter of that base."""

    sent: Path
    weakest: tuple[str, ...]

    @property
    def province(self) -> str:
        return BASES[self.weakest[0]]


def names(code: str) -> tuple[str, str]:
    """A base's names in both languages."""
    return f"Test base {code}", f"测试基地{code}"


def build(engine: Engine, folder: Path) -> Programme:
    (sent := folder / "sent").mkdir()
    warehouse.create(engine)
    builders.set_up(engine, [entry(code, KIND, province) for code, province in BASES.items()], (*BEFORE, NOW))
    writer = Writer(engine, sent)
    tales = {code: tale(code) for code in BASES}
    history = [(code, period, tales[code].quarter(period)[0]) for code in BASES for period in BEFORE]
    load(engine, writer.history(history, "before.xlsx"))
    last = {code: tales[code].quarter(NOW) for code in BASES if code != MISSING}
    load(engine, *(writer.form_of(code, NOW, values, roster) for code, (values, roster) in last.items()))
    refresh(engine)
    for period in (*YEARS, FULL):
        publish(engine, period, "final", "Ann")
    publish(engine, NOW, "provisional", "Ann")
    weakest = _weakest(engine)
    with warehouse.writing(engine) as connection:
        create_account(connection, EVALUATOR, PASSWORD, "evaluator")
        create_account(connection, COORDINATOR, PASSWORD, "coordinator", BASES[weakest[0]])
        create_account(connection, REPORTER, PASSWORD, "reporter", weakest[0])
    return Programme(sent, weakest)


@dataclass
class Steered(Story):
    """A base whose firms raise more, and more often, than others', or nothing."""

    good: bool = True

    def _activity(self, period: str) -> dict[str, Any]:
        told = super()._activity(period)
        amount = 400.5 if self.good else 0.0
        money = {**dict.fromkeys(("equity", "early_equity", "loan"), amount), **dict.fromkeys(LOANS, amount)}
        people = (
            {"hires": 4, "hires_key": 4, "hires_grad": 4}
            if self.good
            else {"hires": 1, "hires_key": 0, "hires_grad": 0}
        )
        rest = {"bond": 0.0, "other_fin": 0.0, "rd": round(told["revenue"] * (0.2 if self.good else 0.01), 2)}
        return {**told, **money, **people, **rest}

    def quarter(self, period: str) -> tuple[dict[str, float], list[dict[str, Any]]]:
        values, roster = super().quarter(period)
        led = {
            "posts_offered": 60.0,
            "posts_filled": 60.0,
            "trainees": 90.0,
            "mentors": 12.0,
            "tech_contract_amt": 90.0,
        }
        return (values | (led if self.good else {code: number / 6 // 1 for code, number in led.items()})), roster


def tale(code: str) -> Story:
    return Steered(code, KIND, good=code == BEST) if code in (BEST, WORST) else Story(code, KIND)


def _weakest(engine) -> tuple[str, ...]:
    with warehouse.reading(engine) as connection:
        newest = publications(connection, scope.national())[-1]
        rows = ranking(connection, scope.national(), newest, KIND).rows
    order = [row.member.code for row in rows if row.rank is not None and row.member.code in WEST]
    return tuple(reversed(order[-3:]))
