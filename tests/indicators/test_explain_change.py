"""What "this quarter alone" is made of is what the verdict compared, and leads to the cells."""

import numpy as np
import pytest

from etl import periods, warehouse
from indicators import recompute
from indicators.definition import load_definitions
from indicators.explain import Unexplained
from indicators.explain_change import explain_change
from indicators.verdicts import alone, decline
from indicators.verdicts.evidence import gather
from indicators.verdicts.grounds import number
from tests.builders import QUARTERS
from tests.indicators import eight_quarters
from tests.indicators.eight_quarters import LATER_BEGUN, NAME, OTHER, OWN
from tests.indicators.publishing import LAST

COMPARED = ("EMP01", "EMP04", "INC02", "INC03", "FIN02")
BASES = (OWN, LATER_BEGUN, OTHER)


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    engine = warehouse.connect(f"sqlite:///{eight_quarters.build(tmp_path_factory.mktemp('eight'))}")
    with warehouse.reading(engine) as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def evidence(connection):
    made = recompute.made_from(connection, NAME)
    computed = made.computed
    bases = [made.sources.registry.base(code, LAST) for code in BASES]
    quarter = len(computed.panel.periods) - 1
    return gather(computed.panel, computed.values, computed.definitions, computed.form, bases, quarter)


def test_every_number_is_the_one_that_was_judged(connection, evidence):
    told = 0
    for column, base in enumerate(BASES):
        for row, code in enumerate(evidence.compared):
            found = explain_change(connection, base, NAME, code)
            assert found.now.value == number(evidence.changes.now[row, column])
            assert found.mean == number(evidence.changes.before[row, column])
            told += found.mean is not None and found.now.value is not None
    assert told > len(evidence.compared)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("code", COMPARED)
def test_the_quarters_are_the_last_one_and_the_four_of_the_year_before(connection, base, code):
    found = explain_change(connection, base, NAME, code)
    assert found.now.period == LAST
    assert [one.period for one in found.before] == list(QUARTERS[:4])
    there = [one.value for one in found.before if one.value is not None]
    if found.mean is not None:
        assert found.mean == pytest.approx(np.mean(there))
    else:
        assert len(there) < decline.LEAST_REFERENCE
    for one in found.quarters:
        assert (one.value is None) == (one.missing is not None)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("code", COMPARED)
def test_each_quarter_is_its_numerator_over_its_denominator_and_has_its_cells(connection, base, code):
    for one in explain_change(connection, base, NAME, code).quarters:
        if one.value is None:
            continue
        factor = load_definitions().indicators[code].factor
        assert one.value == pytest.approx(factor * one.numerator / (one.denominator or 1))
        assert one.operands
        for operand in one.operands:
            assert operand.period in (one.period, periods.shift(one.period, -1)), "of the quarter, or growth over one"
            assert operand.missing == "not_asked" or (operand.file and operand.cell)


def test_a_quarter_without_a_return_is_named_with_the_reason(connection):
    found = explain_change(connection, LATER_BEGUN, NAME, "INC02")
    assert [one.missing for one in found.before[:2]] == ["no_return", "no_return"]
    assert found.mean is not None, "two quarters of the year before are there"


def test_what_is_not_compared_is_refused(connection):
    made = recompute.made_from(connection, NAME).computed
    compared = {indicator.code for indicator in alone.compared(made.definitions, made.form)}
    others = [code for code in made.definitions.indicators if code not in compared]
    for code in (*others, made.definitions.method.index.code, "none such"):
        with pytest.raises(Unexplained, match="not compared"):
            explain_change(connection, OWN, NAME, code)
    with pytest.raises(Unexplained, match="no base"):
        explain_change(connection, "X9", NAME, COMPARED[0])
