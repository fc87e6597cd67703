"""The order in which flagged bases are looked at, since when they have stood, and which reason tells most."""

from random import Random
from types import SimpleNamespace

import pytest

from indicators.definition import load_definitions
from indicators.repository.queue import Queued, _order, _since
from indicators.repository.verdicts import Verdict
from indicators.verdicts.reasons import DECLINING, GREEN, GREY, RED, STEADY, YELLOW, Reason
from indicators.verdicts.telling import is_sure, most_telling_first

NOW = "2026Q4"
BEFORE = {f"2026Q{n}": RED for n in (1, 2, 3)}


def queued(code, lamp, trend=STEADY, sure=False, past=None):
    verdict = Verdict(lamp, None, False, None, trend, (), load_definitions())
    since = _since(lamp, past or {}, NOW)
    return Queued(SimpleNamespace(code=code), verdict, (), sure, since)


def test_severity_then_certainty_then_worsening_then_how_long_it_stands():
    wanted = [
        queued("9", RED, DECLINING, sure=True, past=BEFORE),
        queued("8", RED, DECLINING, sure=True),
        queued("7", RED, sure=True, past=BEFORE),
        queued("6", RED, DECLINING, past=BEFORE),
        queued("5", YELLOW, DECLINING, sure=True, past=BEFORE),
        queued("4", YELLOW),
        queued("3", GREY),
        queued("2", GREEN, past=BEFORE),
        Queued(SimpleNamespace(code="1"), None),
    ]
    assert [one.member.code for one in sorted(Random(1).sample(wanted, len(wanted)), key=_order)] == list("987654321")


@pytest.mark.parametrize(
    ("lamp", "past", "since", "quarters", "earlier"),
    [
        (RED, {}, NOW, 1, False),
        (RED, {"2026Q3": GREEN, "2026Q2": RED}, NOW, 1, False),
        (RED, {"2026Q3": YELLOW, "2026Q2": RED, "2026Q1": GREEN}, "2026Q2", 3, False),
        (YELLOW, {"2026Q3": RED}, "2026Q3", 2, True),
        (RED, {"2026Q3": RED, "2026Q1": RED}, "2026Q3", 2, False),
        (GREY, {"2026Q3": YELLOW}, NOW, 1, False),
        (GREY, {"2026Q3": GREY, "2026Q2": GREEN}, "2026Q3", 2, False),
    ],
)
def test_a_base_stands_since_its_lamp_was_lit_without_a_break(lamp, past, since, quarters, earlier):
    found = _since(lamp, past, NOW)
    assert (found.period, found.quarters, found.earlier) == (since, quarters, earlier)


def test_the_most_telling_reason_comes_first():
    told = most_telling_first(
        [
            Reason("floor_below", RED, "X", value=9.0, reference=10.0, quality="unconfirmed"),
            Reason("floor_below", RED, "Y", value=9.0, reference=10.0, quality="confirmed_by_peers"),
            Reason("pillar", YELLOW, "P", value=30.0, reference=40.0, quarters=2),
            Reason("pillar", YELLOW, "Q", value=3.0, reference=40.0, quarters=4),
            Reason("pillar", YELLOW, "R", value=38.0, reference=40.0, quarters=4),
            Reason("decline", RED, value=4.0, reference=2.0, quarters=3),
            Reason("false_data", RED),
        ]
    )
    assert [one.code or one.rule for one in told] == ["false_data", "decline", "Q", "R", "P", "Y", "X"]


@pytest.mark.parametrize(
    ("reason", "sure"),
    [
        (Reason("missed", YELLOW), True),
        (Reason("slipping", YELLOW, value=1.5, reference=1.4), True),
        (Reason("floor_below", RED, "X", quality="confirmed_by_history"), True),
        (Reason("floor_below", RED, "X", quality="unconfirmed"), False),
        (Reason("pillar", YELLOW, "P", value=30.0, reference=40.0), False),
    ],
)
def test_a_lamp_is_sure_where_chance_is_ruled_out(reason, sure):
    assert is_sure([reason]) is sure
