"""A small programme for tests: 24 bases of the form's types over six quarters, its results written to the tables.

Nothing is computed by the product here, so that a test of a screen fails for one reason. Same numbers every time.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
from argon2 import PasswordHasher
from scipy.stats import rankdata
from sqlalchemy import Engine

from dashboard import passwords
from dashboard.accounts import create_account
from dashboard.permissions import may
from etl import periods, schema, warehouse
from etl.form import load_form
from indicators.definition import load_definitions
from indicators.verdicts.reasons import GREEN, GREY, IMPROVING, RED, STEADY, YELLOW, Reason

PERIODS = periods.span("2025Q3", "2026Q4")
LAST = PERIODS[-1]
BASES = 24
OWN_PROVINCE_SIZE = 4
PASSWORD = "correct horse"
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # nobody waits to sign in to a test


@dataclass(frozen=True)
class Sample:
    code: str
    type: str
    province: str


def samples() -> list[Sample]:
    """24 bases: the types in turn, four neighbours to a province, so that each province has one of each type."""
    form = load_form()
    types, provinces = list(form.types), list(form.provinces)
    return [Sample(f"B{i + 1:03d}", types[i % len(types)], provinces[i // OWN_PROVINCE_SIZE]) for i in range(BASES)]


PEOPLE = {"eva": "evaluator", "rep": "reporter", "audrey": "auditor", "adam": "administrator"}
"""Somebody for every page, by name and role."""
OWN = 0
"""The base of the reporter; its province is the coordinator's."""
MISSING, REJECTED, SUBMITTED = 5, 10, 15
"""The bases without an accepted return in the last quarter."""


def build(engine: Engine, _folder: Path | None = None) -> None:
    """Fills an empty warehouse, accounts included."""
    warehouse.create(engine)
    with warehouse.writing(engine) as connection:
        _register(connection)
        for number, period in enumerate(PERIODS):
            _publish(connection, number, period)
    with warehouse.writing(engine) as connection:
        own = samples()[OWN]
        create_account(connection, "eva", PASSWORD, "evaluator")
        create_account(connection, "cora", PASSWORD, "coordinator", own.province)
        create_account(connection, "rep", PASSWORD, "reporter", own.code)
        create_account(connection, "audrey", PASSWORD, "auditor")
        create_account(connection, "adam", PASSWORD, "administrator")


def who_may(what: str) -> str:
    """Somebody of the programme who may open it: the evaluator, where she may."""
    return next(name for name, role in PEOPLE.items() if may(role, what))


def _register(connection) -> None:
    rows = samples()
    warehouse.insert(connection, schema.base, [{"base": row.code, "batch": 1 + i % 3} for i, row in enumerate(rows)])
    warehouse.insert(
        connection,
        schema.base_history,
        [
            {
                "base": row.code,
                "valid_from": date(2020, 1, 1),
                "name_en": f"Invented base {i + 1:02d}",
                "name_zh": f"虚构基地{i + 1:02d}",
                "type": row.type,
                "province": row.province,
                "hardship": i % 7 == 0,
                "status": "active",
            }
            for i, row in enumerate(rows)
        ],
    )
    warehouse.insert(
        connection,
        schema.period,
        [{"period": p, "opens": periods.starts(periods.shift(p, 1)), "due": _due(p), "locked": False} for p in PERIODS],
    )


def _due(period: str) -> date:
    return date.fromordinal(periods.ends(period).toordinal() + 20)


def _returned(place: int, period: str) -> bool:
    return period != LAST or place not in (MISSING, REJECTED, SUBMITTED)


def _publish(connection, number: int, period: str) -> None:
    rows, definitions, form = samples(), load_definitions(), load_form()
    name = f"{period}-working-1"
    draw = np.random.default_rng(100 + number)
    returned = np.array([_returned(i, period) for i in range(len(rows))])
    warehouse.insert(
        connection,
        schema.publication,
        [
            {
                "publication": name,
                "period": period,
                "vintage": "working",
                "number": 1,
                "method_hash": "0" * 64,
                "definitions_hash": "0" * 64,
                "data_state": f"{number:064d}",
                "seed": None,
                "created_at": datetime(2027, 1, 24, 9, 30),
            }
        ],
    )
    warehouse.insert(
        connection,
        schema.standing,
        [
            {"publication": name, "base": r.code, "type": r.type, "province": r.province, "returned": bool(there)}
            for r, there in zip(rows, returned, strict=True)
        ],
    )
    _versions(connection, period, rows)
    results: list[dict] = []
    flags = [
        _flag(name, row.code, "missing_return", "") for row, there in zip(rows, returned, strict=True) if not there
    ]
    values, verdicts = {}, []
    for code in definitions.indicators:
        values[code] = _level(code) * np.exp(draw.normal(0.02 * number, 0.35, len(rows)))
    for kind in form.types:
        places = [i for i, row in enumerate(rows) if row.type == kind]
        pillar_scores: dict[str, list] = {pillar: [] for pillar in definitions.pillars}
        for indicator in definitions.indicators.values():
            mine = values[indicator.code][places].copy()
            mine[~returned[places]] = np.nan
            asked = kind in indicator.base_types
            scores = np.full(len(places), np.nan)
            present = ~np.isnan(mine)
            if asked and indicator.scored:
                scores[present] = (rankdata(mine[present]) - 1) / max(1, present.sum() - 1) * 100
                pillar_scores[indicator.pillar].append(scores)
            for j, place in enumerate(places):
                why = "not_asked" if not asked else None if present[j] else "no_return"
                value = None if why else float(mine[j])
                results.append(_result(name, indicator.code, rows[place].code, value, scores[j], why=why))
                if (
                    value is not None
                    and indicator.floor
                    and place == OWN
                    and indicator.pillar == next(iter(definitions.pillars))
                ):
                    flags.append(_flag(name, rows[place].code, "floor", indicator.code, value, value * 1.2))
        index = np.zeros(len(places))
        for pillar, parts in pillar_scores.items():
            score = np.mean(parts, axis=0)
            _ranked(results, name, pillar, [rows[p].code for p in places], score)
            index = index + score / len(pillar_scores)
            weakest = int(np.nanargmin(score))
            flags.append(_flag(name, rows[places[weakest]].code, "p20", pillar, float(score[weakest]), 20.0))
        _ranked(results, name, definitions.method.index.code, [rows[p].code for p in places], index)
        verdicts += _verdicts(name, [rows[p].code for p in places], index)
    warehouse.insert(connection, schema.result, results)
    warehouse.insert(connection, schema.flag, flags)
    warehouse.insert(connection, schema.signal, list(_signals(name, rows, returned)))
    warehouse.insert(connection, schema.verdict, verdicts)
    warehouse.insert(connection, schema.group_result, _groups(name, rows, returned, values, number))


def _verdicts(name: str, bases: list[str], index: np.ndarray) -> list[dict]:
    """Of one type: the weakest red, the next yellow, the strongest improving, the others in order; grey without index."""
    definitions = load_definitions()
    order = [int(place) for place in np.argsort(index) if not np.isnan(index[place])]
    pillar, whole = next(iter(definitions.pillars)), definitions.method.index.code
    told = {
        order[0]: (RED, STEADY, [
            Reason("composite", RED, whole, value=float(index[order[0]]), reference=25.0, quarters=4),
            Reason("pillar_year", RED, pillar, value=10.0, reference=20.0),
        ]),
        order[1]: (YELLOW, STEADY, [Reason("pillar", YELLOW, pillar, value=15.0, reference=20.0, quarters=2)]),
        order[-1]: (GREEN, IMPROVING, [
            Reason("in_order", GREEN),
            Reason("improving", IMPROVING, value=1.5, reference=1.4, quarters=2, count=5, of=9),
        ]),
    }  # fmt: skip
    found = []
    for place, base in enumerate(bases):
        otherwise = (GREEN, STEADY, [Reason("in_order", GREEN)])
        if np.isnan(index[place]):
            otherwise = (GREY, STEADY, [Reason("not_due", GREY)])
        lamp, trend, reasons = told.get(place, otherwise)
        found.append(
            {
                "publication": name, "base": base, "lamp": lamp, "grade": None, "final": False, "proposal": None,
                "trend": trend, "reasons": json.dumps([reason.as_dict() for reason in reasons]),
            }
        )  # fmt: skip
    return found


def _level(code: str) -> float:
    """A typical value of an indicator, spread over the magnitudes that occur."""
    return (4.0, 35.0, 120.0, 2400.0)[sum(map(ord, code)) % 4]


def _result(name, code, base, value, score=None, rank=None, why=None) -> dict:
    score = None if score is None or np.isnan(score) else float(score)
    return {
        "publication": name, "code": code, "base": base, "numerator": value, "denominator": None, "value": value,
        "score": score, "rank": rank, "low": None, "high": None, "why": why,
    }  # fmt: skip


def _ranked(results, name, code, bases, scores) -> None:
    present = ~np.isnan(scores)
    ranks = np.zeros(len(bases), dtype=int)
    ranks[present] = rankdata(-scores[present], method="min").astype(int)
    for base, score, rank, there in zip(bases, scores, ranks, present, strict=True):
        value = float(score) if there else None
        results.append(_result(name, code, base, value, score, int(rank) if there else None))


def _flag(name, base, kind, code, value=None, reference=None) -> dict:
    return {"publication": name, "base": base, "kind": kind, "code": code, "value": value, "reference": reference}


WORSE, BETTER = OWN, OWN + 4
"""Bases of one type that their funnels tell apart from the others, in every indicator that has one."""


def _signals(name, rows, returned):
    """The funnels of every base that has returned; the process charts of the two that stand out."""
    for indicator in load_definitions().indicators.values():
        level = _level(indicator.code)
        for place, row in enumerate(rows):
            blank = dict.fromkeys(("z", "q", "against_peers", "over_time", "cause", "provisional"))
            blank |= {"publication": name, "code": indicator.code, "base": row.code, "target": level}
            if not returned[place] or row.type not in indicator.base_types or not indicator.scored:
                continue
            if indicator.funnel:
                told = {WORSE: "worse", BETTER: "better"}.get(place, "similar")
                yield {
                    **blank,
                    "kind": "funnel",
                    "lower": level / 2,
                    "upper": level * 2,
                    "z": 0.0,
                    "against_peers": told,
                }
            if place in (WORSE, BETTER):
                course = ("concern", "below_limit") if place == WORSE else ("improvement", "shift_above")
                limits = {"lower": level / 3, "upper": level * 3, "provisional": False}
                yield {**blank, "kind": "xmr", **limits, "over_time": course[0], "cause": course[1]}


def _groups(name, rows, returned, values, number) -> list[dict]:
    form, definitions = load_form(), load_definitions()
    areas = [("nation", "")] + [("region", code) for code in form.regions] + [("province", c) for c in form.provinces]
    found = []
    for kind in ("", *form.types):
        for area_kind, area in areas:
            inside = [i for i, row in enumerate(rows) if kind in ("", row.type) and _in(row, area_kind, area, form)]
            there = [i for i in inside if returned[i]]
            if not inside:
                continue
            for code in [*definitions.indicators, *(headline.code for headline in definitions.method.headlines)]:
                value = None
                if there:
                    value = (
                        float(values[code][there].mean()) if code in values else 5_000_000.0 * len(there) * 1.01**number
                    )
                found.append(
                    {
                        "publication": name, "code": code, "type": kind, "area_kind": area_kind, "area": area,
                        "numerator": value, "denominator": None, "value": value,
                        "bases": len(there), "expected": len(inside),
                    }
                )  # fmt: skip
    return found


def _in(row: Sample, area_kind: str, area: str, form) -> bool:
    if area_kind == "province":
        return row.province == area
    return area_kind == "nation" or form.provinces[row.province].region == area


def _versions(connection, period: str, rows: list[Sample]) -> None:
    states = {MISSING: None, REJECTED: "draft", SUBMITTED: "submitted"} if period == LAST else {}
    found = []
    for i, row in enumerate(rows):
        state = states.get(i, "final")
        if state:
            found.append(
                {
                    "base": row.code, "period": period, "version": 1, "sha256": f"{i:064d}", "sheet": "Return",
                    "state": state, "received": date.fromordinal(_due(period).toordinal() + (1 if i == 3 else -3)),
                    "loaded_at": datetime(2027, 1, 20), "by": "operator", "in_force": state == "final", "figures": {},
                }
            )  # fmt: skip
    warehouse.insert(connection, schema.return_version, found)
