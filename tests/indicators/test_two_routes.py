"""Every indicator a second way: plain pandas, straight from the workbooks, with formulas written here by hand from
the table of indicators. Nothing of the formula language, the cube or the definitions is used on this side."""

import math
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from sqlalchemy import Engine, select

from etl import periods, schema, warehouse
from etl.form import load_form
from etl.load import Delivery, load_files
from etl.registry import Registry, open_period, read_bases, register_bases
from indicators.computed import Computed
from indicators.cube import read_cube
from indicators.definition import load_definitions
from indicators.publish import write_working
from sample_data.generate import Order, generate
from tests import warehouses
from tests.builders import Writer, entry
from tests.indicators.by_hand import by_hand, value_of

pytestmark = pytest.mark.long
QUARTERS = periods.span("2024Q4", "2026Q4")

ODD = [
    entry("X1", "regional", "XZ"),
    entry("X2", "university", "XZ"),
    entry("X3", "institute", "GS", valid_from="2026-02-01"),
    entry("X4", "enterprise", "GS"),
]
"""Bases with what the sample seldom has: blanks, returns that never came, a late start, zero denominators."""
BLANKS = {"jobs_new": None, "bond_amt": None, "mentors": None, "revenue_amt": None}
ZEROS = {
    "mentors": 0,
    "grads_cum": 20,
    **dict.fromkeys(["subsidy_amt", "rent_relief_amt", "posts_offered", "posts_filled"], 0),
}


def spoilt(code: str, period: str) -> dict:
    """What is put over the story of an odd base in that quarter."""
    turn = (QUARTERS.index(period) + int(code[1])) % 4
    return (BLANKS if turn == 0 else {}) | (ZEROS if code in ("X2", "X4") else {})


def build(engine: Engine, folder: Path) -> pd.DataFrame:
    """A generated sample and the odd bases, published; gives the table that is read from their workbooks."""
    sample = folder / "sample"
    sample.mkdir()
    generate(Order(sample, QUARTERS, 24, 11), 1, lambda: None)
    warehouse.create(engine)
    with warehouse.writing(engine) as connection:
        register_bases(connection, load_form(), [*read_bases(sample / "bases.csv"), *ODD])
        for period in QUARTERS:
            open_period(connection, period)
    odd = folder / "odd"
    odd.mkdir()
    writer = Writer(engine, odd)
    for base in ODD:
        quarters = [q for q in QUARTERS if (base["code"], q) != ("X1", "2026Q1")]
        quarters = quarters[5:] if base["code"] == "X3" else quarters
        changes = {period: spoilt(base["code"], period) for period in quarters}
        list(writer.quarters(base["code"], base["type"], quarters, changes))
    files = sorted(folder.rglob("*.xlsx"))
    received = pd.read_csv(sample / "deliveries.csv", parse_dates=["received"])
    days = {row.file: row.received.date() for row in received.itertuples()}
    taken = {}
    for report in load_files(engine, files, Delivery(accept=True, received=days)):
        for item in report.returns:
            if not item.rejected:
                taken[item.base, item.period] = report.file
    form, definitions = load_form(), load_definitions()
    with warehouse.writing(engine) as connection:
        registry = Registry(connection)
        computed = Computed.of(form, definitions, registry, read_cube(connection, form, registry))
        for period in QUARTERS:
            write_working(connection, computed, period)
    return read_table(engine, taken)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> warehouses.Made:
    return warehouses.once(tmp_path_factory, build)


@pytest.fixture(scope="module")
def programme(made):
    """An engine on it, to be read only."""
    engine = warehouse.connect(made.url)
    yield engine
    engine.dispose()


# --- the second route ---


def cells(file: Path) -> pd.DataFrame:
    """(base, period) × measure, as openpyxl reads it from a form or a history workbook."""
    book = openpyxl.load_workbook(file, data_only=True, read_only=True)
    if "History" in book.sheetnames:
        head, *lines = book["History"].iter_rows(values_only=True)
        return pd.DataFrame(lines, columns=head).set_index(["base", "period"]).astype(float)
    lines = list(book["Return"].iter_rows(values_only=True))
    head = {line[0]: line[1] for line in lines[:5] if line[0]}
    start = next(i for i, line in enumerate(lines) if "code" in line and "value" in line)
    code, value = lines[start].index("code"), lines[start].index("value")
    values = {line[code]: line[value] for line in lines[start + 1 :] if line[code]}
    index = pd.MultiIndex.from_tuples([(head["base"], head["period"])], names=["base", "period"])
    return pd.DataFrame([values], index=index).astype(float)


def read_table(engine: Engine, taken: dict[tuple[str, str], Path]) -> pd.DataFrame:
    """One row for each base in the programme and quarter, one column a measure, and the base's type and province.
    `taken`: (base, quarter) → the workbook whose return was taken in."""
    read = {file: cells(file) for file in set(taken.values())}
    rows = pd.concat([read[file].loc[[key]] for key, file in taken.items()])
    with engine.connect() as connection:
        bases = pd.read_sql(select(schema.base_history), connection).set_index("base")
    grid = pd.MultiIndex.from_product([sorted(bases.index), QUARTERS], names=["base", "period"])
    found = rows.reindex(grid).join(bases[["type", "province", "valid_from"]], on="base")
    for code in load_form().measures:
        if code not in found:
            found[code] = np.nan
    ends = [periods.ends(period) for period in found.index.get_level_values("period")]
    found["there"] = pd.to_datetime(found["valid_from"]) <= pd.to_datetime(pd.Series(ends, index=found.index))
    return found


@pytest.fixture(scope="module")
def table(made) -> pd.DataFrame:
    return made.told


CODES = list(load_definitions().indicators)


@pytest.fixture(scope="module")
def hand(table):
    return by_hand(table)


@pytest.fixture(scope="module")
def results(programme) -> pd.DataFrame:
    query = select(schema.publication.c.period, schema.result).join(
        schema.result, schema.result.c.publication == schema.publication.c.publication
    )
    with programme.connect() as connection:
        return pd.read_sql(query, connection).set_index(["code", "base", "period"]).sort_index()


def test_there_is_a_second_route_for_every_indicator(hand):
    assert sorted(hand) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_indicator_equals_plain_pandas_and_is_missing_in_the_same_places(code, hand, table, results):
    numerator, denominator, factor, types = hand[code]
    defined = table["there"] & table["type"].isin(types.split())
    expected = value_of(numerator, denominator, factor)[defined]
    found = results.loc[code].reindex(expected.index)
    assert len(results.loc[code]) == defined.sum(), "a row for each base and quarter that it is defined for"
    pd.testing.assert_series_equal(found["value"].astype(float), expected, check_names=False, rtol=1e-9, atol=1e-12)
    assert (found["why"].isna() == expected.notna()).all()
    assert expected.notna().sum() > 20, "the sample must have something to compare"


def test_the_odd_bases_make_values_missing_for_every_reason(results):
    assert {"zero_denominator", "withheld", "no_return", "history"} <= set(results["why"].dropna())


@pytest.mark.parametrize("code", CODES)
def test_a_group_is_the_ratio_of_sums_over_the_bases_that_have_every_operand(code, programme, hand, table):
    numerator, denominator, factor, types = hand[code]
    t = pd.DataFrame(
        {
            "above": numerator,
            "below": 1.0 if denominator is None else denominator,
            "type": table["type"],
            "province": table["province"],
        }
    )[table["there"] & table["type"].isin(types.split())].reset_index()
    t["region"] = t["province"].map({code: p.region for code, p in load_form().provinces.items()})
    t["nation"], t["any"] = "", ""
    t["whole"] = t["above"].notna() & t["below"].notna()
    t[["above", "below"]] = t[["above", "below"]].where(t["whole"], 0.0)
    expected = {}
    for kind in ("type", "any"):
        for area in ("nation", "region", "province"):
            sums = t.groupby(["period", kind, area]).agg(
                above=("above", "sum"), below=("below", "sum"), bases=("whole", "sum"), of=("whole", "size")
            )
            for (period, name, where), row in sums.iterrows():
                ratio = row["bases"] and (denominator is None or row["below"])
                value = factor * row["above"] / (1 if denominator is None else row["below"]) if ratio else None
                expected[period, name, area, where] = (value, row["bases"], row["of"])
    query = (
        select(schema.publication.c.period, schema.group_result)
        .join(schema.group_result, schema.group_result.c.publication == schema.publication.c.publication)
        .where(schema.group_result.c.code == code)
    )
    with programme.connect() as connection:
        found = {
            (row.period, row.type, row.area_kind, row.area): (row.value, row.bases, row.expected)
            for row in connection.execute(query)
        }
    assert found.keys() == expected.keys()
    for key, (value, bases, of) in expected.items():
        assert found[key][1:] == (bases, of), key
        if value is None:
            assert found[key][0] is None, key
        else:
            assert math.isclose(found[key][0], value, rel_tol=1e-9, abs_tol=1e-12), key


def test_the_sample_held_rejected_and_corrected_returns(programme):
    with programme.connect() as connection:
        states = connection.execute(select(schema.return_version.c.state)).scalars().all()
    assert set(states) == {"final", "draft"}
