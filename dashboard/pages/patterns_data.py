"""Invented bases, verdicts, cases and numbers for the page of patterns. They are made here and stand nowhere else."""

from datetime import date, datetime

from etl import periods
from etl.catalogue import Text
from etl.form import load_form
from etl.registry import Base
from indicators import cases
from indicators.cases import Case, Event
from indicators.definition import Indicator, load_definitions
from indicators.repository import Member, Publication, Spread, Verdict
from indicators.verdicts.reasons import (
    DECLINING,
    GREEN,
    GREY,
    HONOUR,
    IMPROVING,
    PRAISE,
    RED,
    STEADY,
    YELLOW,
    Reason,
)  # fmt: skip

PERIOD = "2026Q3"
QUARTERS = periods.span(periods.shift(PERIOD, -11), PERIOD)
PUBLICATION = Publication(f"{PERIOD}-final-1", PERIOD, "final", 1, datetime(2026, 10, 24, 9, 30))
TYPE = next(iter(load_form().types))
PROVINCES = tuple(load_form().provinces)
LONG = Text(
    en="Invented base with a very long name, as some bases have it, of the county, the town and the park",
    zh="虚构的名称很长的示范基地（某市某县某镇某产业园区创业创新示范基地）",
)
NAMES = (*(Text(en=f"Invented base {number:02d}", zh=f"虚构基地{number:02d}") for number in range(1, 5)), LONG)
VALUES = (3.1, 2.4, 2.9, 3.6, 4.4, 4.1, 5.2, 5.0, 6.3, 6.1, 7.2, 7.9)


def members() -> list[Member]:
    """Five bases; the last has not reported."""
    form = load_form()
    return [
        Member(
            f"X{place + 1:02d}", name, TYPE, province, form.provinces[province].region, place == 1, 1 + place, place < 4
        )
        for place, (name, province) in enumerate(zip(NAMES, PROVINCES, strict=False))
    ]


def indicator() -> Indicator:
    """The first scored indicator of the type with a floor: whatever the catalogue holds."""
    return next(one for one in load_definitions().of_type(TYPE) if one.scored and one.floor)


SPREAD = Spread(40, 1.0, 3.0, 5.0, 7.0, 9.0)


def verdicts() -> list[Verdict]:
    """One of each lamp, grade, trend and proposal."""
    definitions = load_definitions()
    pillar, index = next(iter(definitions.pillars)), definitions.method.index.code
    return [
        Verdict(RED, "D", True, "adjust", DECLINING, (
            Reason("decline", RED, value=4.4, reference=2.0, quarters=3, count=19, of=23),
            Reason("floor_below", RED, indicator().code, value=3.1, reference=5.0, low=2.0, quality="confirmed_by_peers"),
        ), definitions),
        Verdict(YELLOW, "C", False, None, STEADY, (
            Reason("pillar", YELLOW, pillar, value=21.4, reference=36.2, quarters=2),
        ), definitions),
        Verdict(GREY, None, False, None, STEADY, (Reason("not_due", GREY),), definitions),
        Verdict(GREEN, "A", True, HONOUR, IMPROVING, (
            Reason("in_order", GREEN), Reason("year_rank", "A", index, value=71.2, count=2, of=40),
            Reason("a_twice", HONOUR, quarters=8), Reason("outstanding_high", PRAISE, indicator().code, value=9.0, reference=8.0),
        ), definitions),
    ]  # fmt: skip


def base() -> Base:
    return Base("X01", NAMES[0], TYPE, PROVINCES[0], False, "active", 1)


WAY = (cases.NOTIFY, cases.ANSWER, cases.OPINION, cases.PROPOSE, cases.SIGN)


def case(*steps: str) -> Case:
    """The invented base's case after those steps, whose deadlines have passed."""
    return Case("X01", PERIOD, tuple(_event(number, step) for number, step in enumerate(steps, start=1)))


def _event(number: int, step: str) -> Event:
    decision = cases.KEEP_WATCHING if step in (cases.PROPOSE, cases.SIGN) else None
    due = date(2026, 12, 1) if step in (cases.NOTIFY, cases.ANSWER) else None
    day = date(2026, 11, number)
    at = datetime(day.year, day.month, day.day, 9, 30)
    level = cases.STEPS[step].level
    return Event("X01", PERIOD, number, step, PUBLICATION.code, decision, due, day, at, "nobody", level, "…")


def every_case() -> list[Case]:
    """A case in each of its states, not opened first; then a withdrawn one."""
    return [*(case(*WAY[:steps]) for steps in range(len(WAY) + 1)), case(cases.NOTIFY, cases.WITHDRAW)]
