"""A small invented programme: bases whose firms move, hire and raise money, so that their returns pass every check.

A `Story` tells one base's quarters one after another; each gives the values and the roster that the form is filled
with, consistent with each other and with the quarter before.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import DateTime, select

from etl import periods, versions
from etl.form import load_form
from etl.load import Delivery, load_files
from etl.registry import Base, Registry, open_period, register_bases
from etl.rules.credit_code import check_character
from etl.sandbox import shared
from etl.schema import metadata
from etl.template import Filling, write_form, write_history
from etl.warehouse import create, writing

QUARTERS = periods.span("2025Q1", "2026Q4")
FINANCE = ("equity", "loan", "bond", "other_fin")
LOANS = ("loan_credit", "loan_mlt", "loan_ip", "loan_guar")


def entry(code: str, kind: str = "regional", province: str = "ZJ", **others: str) -> dict[str, str]:
    """One line of a list of bases."""
    return {
        "code": code,
        "name_en": f"Test base {code}",
        "name_zh": f"测试基地{code}",
        "type": kind,
        "province": province,
        "valid_from": "2020-01-01",
        **others,
    }


PROGRAMME = [
    entry("R1", "regional", "ZJ"),
    entry("R2", "regional", "LN", hardship="yes"),
    entry("E1", "enterprise", "GD"),
    entry("U1", "university", "SN"),
    entry("I1", "institute", "HB"),
]


def set_up(engine, entries=PROGRAMME, quarters=QUARTERS) -> None:
    """Registers bases and opens quarters."""
    with writing(engine) as connection:
        register_bases(connection, load_form(), entries)
        for period in quarters:
            open_period(connection, period)


def programme(engine, _folder: Path) -> None:
    """Fills an empty database with PROGRAMME and its quarters."""
    create(engine)
    set_up(engine)


def credit_code(number: int) -> str:
    """The credit code of an invented firm."""
    body = f"91330100MA{number:07d}"
    return body + check_character(body)


@dataclass
class Story:
    """One base from quarter to quarter. `size`: firms at the start."""

    base: str
    kind: str = "regional"
    size: int = 6
    seed: int = 0
    firms: list[dict[str, Any]] = field(default_factory=list)
    graduates: int = 20
    financed: set[str] = field(default_factory=set)
    born: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(f"{self.base} {self.seed}")
        self.firms = [self._firm(date(2023, 5, 8)) for _ in range(self.size)]

    def _firm(self, entered: date) -> dict[str, Any]:
        self.born += 1
        place = sum(ord(letter) * 31**i for i, letter in enumerate(self.base)) % 9_000
        return {
            "uscc": credit_code(place * 1_000 + self.born),
            "firm_name": f"Firm {self.base}-{self.born}",
            "industry_code": "I65",
            "reg_date": date(2020, 3, 2),
            "entry_date": entered,
            "status": "incubating",
            "founder_group": "student",
            "employees": self.random.randint(6, 14),
            "ip_valid": self.random.randint(2, 6),
            "ip_invention": self.random.randint(0, 2),
            "hightech": self.random.choice(["yes", "no"]),
            "techsme": self.random.choice(["yes", "no"]),
            "srdi": self.random.choice(["none", "none", "provincial", "giant"]),
            "cross_region": self.random.choice(["yes", "no"]),
        }

    def quarter(self, period: str) -> tuple[dict[str, float], list[dict[str, Any]]]:
        """(values, roster) of the next quarter."""
        draw, first = self.random, periods.starts(period)
        started = len(self.firms)
        came = [self._firm(first + timedelta(days=20)) for _ in range(draw.randint(1, 2))]
        left = draw.sample(self.firms, min(draw.randint(0, 2), started - 1))
        rows = []
        for firm in self.firms + came:
            row = firm | self._activity(period)
            if firm in left:
                row["status"] = draw.choice(["graduated", "exited", "closed"])
                row["status_date"] = first + timedelta(days=40)
            firm["employees"] = row["employees"] = firm["employees"] + draw.randint(0, row["hires"])
            row["highedu"] = row["employees"] - draw.randint(0, 3)
            rows.append(row)
        self.firms = [firm for firm in self.firms if firm not in left] + came
        if periods.quarter(period) == 1:
            self.financed = set()
        return self._values(started, len(came), rows), rows

    def _activity(self, period: str) -> dict[str, Any]:
        draw = self.random
        hires = draw.randint(1, 4)
        key = draw.randint(0, hires)
        loan = draw.choice([0.0, 0.0, 120.5, 260.25])
        equity = draw.choice([0.0, 0.0, 0.0, 300.4])
        revenue = round(draw.uniform(90, 140), 2)
        return {
            "hires": hires,
            "hires_key": key,
            "hires_grad": draw.randint(0, key),
            "revenue": revenue,
            "rd": round(revenue * draw.uniform(0.05, 0.09), 2),
            "equity": equity,
            "early_equity": draw.choice([0.0, equity]),
            "loan": loan,
            **{column: round(loan * draw.choice([0, 0.5, 1]), 2) for column in LOANS},
            "bond": draw.choice([0.0, 0.0, 0.0, 50.75]),
            "other_fin": draw.choice([0.0, 0.0, 12.25]),
        }

    def _values(self, started: int, came: int, rows: list[dict[str, Any]]) -> dict[str, float]:
        draw = self.random
        form = load_form()
        columns = {column.code for column in form.roster_of(self.kind)}
        for row in rows:
            for column in set(row) - columns:
                del row[column]
        staying = [row for row in rows if row["status"] == "incubating"]

        def total(column: str, among: list[dict[str, Any]] = rows) -> float:
            return round(sum(row.get(column, 0) for row in among), 2)

        def count(column: str, *wanted: str) -> int:
            return sum(row.get(column) in wanted for row in staying)

        def gone(*states: str) -> int:
            return sum(row["status"] in states for row in rows)

        self.graduates += gone("graduated")
        raised = {row["uscc"] for row in rows if any(row.get(column) for column in FINANCE)}
        self.financed |= raised
        graduate, key = total("hires_grad"), total("hires_key")
        migrants = draw.randint(0, int(key - graduate))
        staff = total("employees", staying) + 3 * 3
        values = {
            "space_total_sqm": 5000.5,
            "space_firms_sqm": 4000.0 + draw.randint(0, 100),
            "space_free_sqm": 300.0,
            "base_input_amt": round(draw.uniform(90, 110), 2),
            "new_market_entities": draw.randint(80, 120),
            "jobs_total": staff,
            "jobs_new": total("hires"),
            "jobs_grad_new": graduate,
            "jobs_migrant_new": migrants,
            "jobs_unemp_new": key - graduate - migrants,
            "jobs_vet_new": 0,
            "jobs_key_new": key,
            "jobs_highedu": total("highedu", staying),
            "jobs_led_new": draw.randint(40, 60),
            "flex_led_new": draw.randint(10, 20),
            "posts_offered": draw.randint(50, 60),
            "posts_filled": draw.randint(20, 40),
            "founders_student": 5,
            "founders_returnee": 3,
            "subsidy_founders": draw.randint(1, 4),
            "trainees": draw.randint(30, 50),
            "firms_start": started,
            "firms_entered": came,
            "firms_graduated": gone("graduated"),
            "firms_exited": gone("exited", "closed"),
            "firms_closed": gone("closed"),
            "firms_end": len(staying),
            "teams_end": 3,
            "grads_cum": self.graduates,
            "grads_alive": self.graduates - 4,
            "firms_hightech": count("hightech", "yes"),
            "firms_techsme": count("techsme", "yes"),
            "firms_srdi": count("srdi", "provincial", "giant"),
            "firms_giant": count("srdi", "giant"),
            "ip_valid": total("ip_valid", staying),
            "ip_invention": total("ip_invention", staying),
            "revenue_amt": total("revenue"),
            "rd_amt": total("rd"),
            "tech_contract_amt": round(draw.uniform(20, 30), 2),
            "mentors": draw.randint(4, 6),
            "fin_firms": len(raised),
            "fin_firms_ytd": len(self.financed),
            **{f"{column}_amt": total(column) for column in (*FINANCE, "early_equity", *LOANS)},
            "fund_size_amt": 800.0,
            "fin_institutions": 5,
            "angel_investors": 4,
            "equity_market_firms": 1,
            "riskpool_amt": 90.0,
            "subsidy_amt": round(draw.uniform(10, 20), 2),
            "rent_relief_amt": round(draw.uniform(5, 9), 2),
            "uni_ent_projects": 4,
            "procure_sme_amt": round(draw.uniform(30, 40), 2),
            "joint_rd_projects": 3,
            "cross_region_firms": count("cross_region", "yes"),
            "intl_projects": draw.randint(1, 2),
            "results_converted": draw.randint(1, 3),
            "events_held": draw.randint(4, 8),
            "instruments_shared": 9,
            "voucher_amt": round(draw.uniform(2, 4), 2),
        }
        asked = {measure.code for measure in form.measures_of(self.kind)}
        assert asked <= values.keys(), asked - values.keys()
        return {code: float(value) for code, value in values.items() if code in asked}


def registered(engine, code: str, period: str) -> Base:
    with engine.connect() as connection:
        base = Registry(connection).base(code, period)
    assert base is not None, f"{code} is not in the programme in {period}"
    return base


@dataclass
class Told:
    """What a written form holds."""

    path: Path
    base: Base
    period: str
    values: dict[str, float]
    roster: list[dict[str, Any]]


class Writer:
    """Writes forms of one warehouse's bases into a folder."""

    def __init__(self, engine, folder: Path):
        self.engine, self.folder, self.form = engine, folder, load_form()

    def form_of(
        self,
        code: str,
        period: str,
        values: Mapping[str, float],
        roster: list[dict[str, Any]] = (),
        name: str = "",
        **filling,
    ) -> Path:
        path = self.folder / (name or f"{code}-{period}.xlsx")
        write_form(
            path, self.form, registered(self.engine, code, period), period, Filling(values, roster=roster, **filling)
        )
        return path

    def quarters(self, code: str, kind: str, quarters=QUARTERS, changes=None, **story) -> Iterator[Told]:
        """One form a quarter. `changes[period]` are put over the story's values (None: blank)."""
        tale = Story(code, kind, **story)
        for period in quarters:
            values, roster = tale.quarter(period)
            values = {k: v for k, v in (values | (changes or {}).get(period, {})).items() if v is not None}
            path = self.form_of(code, period, values, roster)
            yield Told(path, registered(self.engine, code, period), period, values, roster)

    def archive(self, kinds: Mapping[str, str], quarters=QUARTERS, name: str = "archive.xlsx") -> Path:
        """A history workbook of the stories of several bases (code → type)."""
        tales = [
            (code, period, tale.quarter(period)[0])
            for code, kind in kinds.items()
            for tale in [Story(code, kind)]
            for period in quarters
        ]
        return self.history(tales, name)

    def history(self, rows, name: str = "history.xlsx") -> Path:
        path = self.folder / name
        write_history(path, self.form, rows)
        return path


def load(engine, *paths: Path, accept: bool = True, workers: int = 1, **delivery) -> list:
    """Loads files; the reports."""
    return list(load_files(engine, list(paths), Delivery(accept=accept, **delivery), workers))


def codes(report) -> list[str]:
    """The codes of everything that was found in a file."""
    return [finding.code for item in report.returns for finding in item.findings]


def dump(engine, *without: str) -> dict[str, list[tuple]]:
    """Every row of every table but for the columns that tell the time of day, or are named; without the audit, which
    tells of every attempt and is tested by itself."""

    def told(table):
        return [column for column in table.c if not isinstance(column.type, DateTime) and column.name not in without]

    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(*told(table)))))
            for table in metadata.sorted_tables
            if table.name != "audit"
        }


def edit(path: Path, sheet: str, out: Path | None = None, **cells: Any) -> Path:
    """Puts values into cells as a person with another program would; saves by openpyxl."""
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    out = out or path
    book.save(out)
    return out


def cell_of(path: Path, code: str, header: str = "value") -> str:
    """The address of a measure's value (or answer …) in a form, found by header."""
    sheet = openpyxl.load_workbook(path)["Return"]
    row = next(cell.row for cell in sheet["A"] if cell.value == code)
    head = next(line for line in sheet.iter_rows() if any(cell.value == header for cell in line))
    column = next(cell.column_letter for cell in head if cell.value == header)
    return f"{column}{row}"


def facts_of(engine, base: str, period: str) -> dict[str, float]:
    """The accepted values of a base's quarter."""
    fact = metadata.tables["fact"].c
    with engine.connect() as connection:
        rows = connection.execute(select(fact.measure, fact.value).where(fact.period == period, fact.base == base))
        return {row.measure: row.value for row in rows}


def kept(connection) -> versions.Content:
    """Reads returns anew from their kept files."""
    return partial(versions.reread, connection, read=shared().read)
