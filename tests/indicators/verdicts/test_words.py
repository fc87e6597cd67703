"""Every rule has words in both languages, and numbers are written so that they can be read."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from etl.catalogue import Text
from indicators.verdicts import words
from indicators.verdicts.confirm import Confirmed
from indicators.verdicts.evidence import Absent
from indicators.verdicts.judge import judge
from indicators.verdicts.reasons import Reason
from indicators.verdicts.words import WORDS, in_words
from indicators.verdicts.written import MONEY, YUAN, decimals_of, written
from tests.indicators.verdicts.known import CLOSURE, DEFINITIONS, SETTINGS, miss, nan, ordinary, poor

REGIONAL = Text(en="regional bases", zh="区域基地")

# One reason of every rule, and what it says.
SAID = [
    (Reason("false_data", "red"), "It is recorded that the base's data were false.", "经认定，该基地存在数据造假。"),
    (Reason("missed", "yellow"), "The return of this quarter was due and was not handed in.", "本季度报表到期未报。"),
    (Reason("missed_running", "red", quarters=2), "Two returns running were due", "连续2个季度到期未报。"),
    (Reason("missed_in_year", "D", quarters=2), "Due but not handed in: two of the last four returns.", "近四季有2期报表到期未报。"),
    (Reason("missed_capped", "C", quarters=1), "one of the last four returns. The grade is C at best", "评级最高为C"),
    (Reason("open_errors", "grey"), "This ends when a corrected return is accepted.", "更正后的报表被接受后即可判断。"),
    (Reason("in_review", "grey"), "This ends when it is accepted.", "审核接受后即可判断。"),
    (Reason("not_due", "grey"), "the return is not due", "报表尚未到期"),
    (Reason("not_in", "grey"), "was not in the programme", "尚未纳入示范基地"),
    (
        Reason("no_index", "grey", "index", quality="history"),
        "Cannot judge: there is no Composite index, because the quarters before are not there yet. This ends when",
        "没有综合指数，因为以前季度的数据不足。积累足够季度后即可判断。",
    ),
    (
        Reason("composite", "red", "index", 23.456, 25, quarters=4),
        "Composite index, mean of four quarters: 23.5, below 25.",
        "综合指数（4个季度平均）为23.5，低于25。",
    ),
    (
        Reason("floors_confirmed", "D", count=5, of=3),
        "5 floors are missed and confirmed (at least 3 are needed)",
        "经核实未达底线的指标有5项（至少3项）",
    ),
    (
        Reason("pillar_year", "D", "financing", 18.2, 27.5),
        "Financing, mean of the year: score 18.2, below 27.5, the lowest fifth of the regional bases.",
        "融资全年平均得分18.2，低于区域基地最低五分之一的界线27.5。",
    ),
    (
        Reason("pillar", "yellow", "financing", 18.2, 27.5, quarters=2),
        "Financing: score 18.2, below 27.5, the lowest fifth of the regional bases, two quarters running.",
        "融资得分18.2，低于区域基地最低五分之一的界线27.5，已连续2个季度。",
    ),
    (
        Reason("floors", "yellow", count=8, of=22, quarters=3),
        "8 of 22 floors are missed; so many have been for three quarters running.",
        "22项底线中有8项未达到，达到亮灯数量已连续3个季度。",
    ),
    (
        Reason("floor_below", "red", "FIN01", 3.1, 10, 4.25, trend="falling", quarters=3, quality="confirmed_by_peers"),
        "Financed share of firms (year) 3.1 % is below the floor of 10 % and below the 99.8 % limit of 4.2 % for regional "
        "bases of its size; it has fallen three quarters running.",
        "获融资企业占比为3.1%，低于底线10%，且低于同等规模区域基地99.8%的界限4.2%；已连续3个季度下降。",
    ),
    (
        Reason("floor_above", "red", "INC10", 41, 20, trend="rising", quarters=2, quality="unconfirmed"),
        "41 firms is above the limit of 20 firms, which may be chance in a base of its size; it has risen two quarters running.",
        "为41家，高于上限20家，就其规模而言可能属于偶然；已连续2个季度上升。",
    ),
    (
        Reason("floor_blank", "red", "EMP06", reference=30),
        "Vacancy fill rate cannot be computed, because what was asked was left blank; that counts as a floor missed.",
        "岗位落实率因应填项空白无法计算，按未达底线处理。",
    ),
    (
        Reason("decline", "red", "", 2.71, 2, quarters=2, count=22, of=26),
        "in two quarters running, each looked at alone, they lay further below its own of the year before than those of "
        "its peers. The last fall is 2.71 times the usual ups and downs of a base of its size (red from 2); 22 of 26",
        "降幅为同等规模基地平常波动的2.71倍（达到2倍亮红灯），26项指标中有22项变差。",
    ),
    (Reason("slipping", "yellow", "", 1.6, 1.4, quarters=2, count=20, of=26), "(yellow from 1.4)", "（达到1.4倍亮黄灯）"),
    (Reason("improving", "improving", "", 1.6, 1.4, quarters=2, count=20, of=26), "Its results rose", "成效向好"),
    (
        Reason("outstanding_high", "praise", "EMP06", 88, 71.5, quality="confirmed_by_peers"),
        "Vacancy fill rate 88 % is above the 99.8 % limit of 71.5 % for regional bases of its size: it stands out well.",
        "岗位落实率为88%，高于同等规模区域基地99.8%的界限71.5%，表现突出。",
    ),
    (
        Reason("outstanding_low", "praise", "INC03", 0.5, 1.25, quality="confirmed_by_peers"),
        "0.5 % is below the 99.8 % limit of 1.2 %",
        "低于同等规模区域基地99.8%的界限1.2%，表现突出。",
    ),
    (
        Reason("fell", "red", "EMP01", 12, 1234.4, trend="falling"),
        "New jobs, 4 quarters, this quarter alone: 12 people, against 1,234 people in a quarter of the year before.",
        "近四季新增就业（仅本季度）为12人，上年各季平均为1,234人。",
    ),
    (Reason("rose", "improving", "EMP04", 30, 20.26, trend="rising"), "30 %, against 20.3 %", "30%，上年各季平均为20.3%"),
    (Reason("in_order", "green"), "Nothing stands out", "未见异常"),
    (
        Reason("year_rank", "B", "index", 61.04, count=3, of=120),
        "Rank 3 of 120 regional bases by the mean of the year, 61.",
        "按全年平均值61，在120个区域基地中列第3位。",
    ),
    (Reason("sure", "A", "index", 0.91, 0.8), "91 % of the replications agree", "91%的模拟结果认定其位列前茅（须达到80%）"),
    (Reason("unsure", "B", "index", 0.62, 0.8), "only 62 % of the replications agree (80 % are needed for A)", "仅62%的模拟结果一致"),
    (Reason("sure_unknown", "B", "index", None, 0.8), "A needs 80 % of the replications", "评A级须80%的模拟结果一致"),
    (Reason("no_grade", "grade", "index", quality="few_quarters"), "No grade: too few quarters of the year", "不评级：全年"),
    (Reason("d_twice", "adjust", quarters=8), "an adjustment is proposed", "建议调整"),
    (Reason("a_twice", "honour", quarters=8), "an honour is proposed", "建议表扬激励"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "en", "zh"), SAID, ids=lambda part: part.rule if isinstance(part, Reason) else "")
def test_what_each_rule_says(reason, en, zh):
    assert en in in_words(reason, DEFINITIONS, "en", REGIONAL)
    assert zh in in_words(reason, DEFINITIONS, "zh", REGIONAL)


def test_there_is_no_rule_without_words_and_no_words_without_a_rule():
    assert {reason.rule for reason, _, _ in SAID} == set(WORDS)


def everything():
    """Evidence in which every rule holds for some base."""
    known = poor(ordinary(16, last_grade=("D", "A", *[None] * 14), index_why=np.array(["history"] * 16)))
    known.sure_top[:] = [nan, 0.9, 0.5, nan, *[0.0] * 12]
    known.index[:, 1:4] = [[90, 80, 70]] * 4
    known.false_data[4] = True
    known.absent[-1, 5] = known.absent[-1, 6] = known.absent[-2, 6] = Absent.MISSED
    known.open_errors[7] = True
    known.absent[-1, 8:11] = Absent.IN_REVIEW, Absent.NOT_DUE, Absent.NOT_IN
    known.index[:, 11] = nan
    known.changes.scores[:, 12], known.changes.scores[:, 13], known.changes.scores[:, 14] = -3, -1.5, 3
    known.changes.each[0, -1, 12:15] = [-2, -1, 2]
    known.pillar_scores[:2, :, 15] = 0
    miss(known, 8, at=15)
    known.floors.high[0, 14], known.floors.low[CLOSURE, 14] = 19, 21
    known.floors.value[7, -1, 15] = nan
    known.floors.confirmed[:4, 15] = [Confirmed.PEERS, Confirmed.HISTORY, Confirmed.NOT, Confirmed.NOT_APPLICABLE]
    return known


def test_whatever_is_told_can_be_said_in_both_languages_and_stored():
    verdicts = judge(everything(), SETTINGS)
    told = [reason for reasons in verdicts.reasons for reason in reasons]
    assert {reason.rule for reason in told} == set(WORDS)
    for reason in told:
        stored = json.loads(json.dumps(reason.as_dict(), allow_nan=False))
        assert Reason.from_dict(stored) == reason
        for language in words.LANGUAGES:
            said = in_words(reason, DEFINITIONS, language)
            assert said
            assert "{" not in said
            assert "None" not in said
            assert "nan" not in said.split()


def test_the_words_of_what_is_not_known_are_an_error():
    with pytest.raises(KeyError):
        in_words(Reason("no_such_rule", "red"), DEFINITIONS, "en")


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (3.14159, "%", "3.1 %", "3.1%"), (12.345, "%", "12.3 %", "12.3%"), (0.0123, "x", "0.01×", "0.01×"),
        (1234567.8, "万元", "¥12,345,678,000", "1,234,568万元"), (-0.5, "万元", "−¥5,000", "−0.5万元"),
        (0, "家", "0 firms", "0家"), (-5.0, "%", "−5 %", "−5%"), (100, "", "100", "100"), (-0.0425, "%", "0 %", "0%"),
    ],
)  # fmt: skip
def test_a_number_has_the_decimals_of_its_unit(value, unit, en, zh):
    assert written([value], unit, "en") == [en]
    assert written([value], unit, "zh") == [zh]


@pytest.mark.parametrize(
    ("values", "unit", "told"),
    [
        ([-0.0425, 0.0], "%", ["−0.04 %", "0 %"]), ([9.996, 10.0], "", ["9.996", "10"]),
        ([29.96, 30.0], "%", ["29.96 %", "30 %"]), ([1234.4, 1234.0, None], "家", ["1,234.4 firms", "1,234 firms", ""]),
        ([5.0, 5.0], "%", ["5 %", "5 %"]), ([3.14159, 2.71828], "%", ["3.1 %", "2.7 %"]), ([None, None], "%", ["", ""]),
    ],
)  # fmt: skip
def test_two_that_differ_get_one_more_decimal(values, unit, told):
    assert written(values, unit, "en") == told


# As reasons hold them: twelve digits (grounds.number).
NUMBERS = some.floats(-1e9, 1e9, allow_nan=False).map(lambda value: float(f"{value:.12g}"))
NEAR = some.builds(
    lambda value, part: float(f"{value * (1 + part):.12g}"), NUMBERS, some.sampled_from([1e-3, 1e-6, 1e-9])
)
UNITS = sorted({"", "x", MONEY, *(indicator.unit for indicator in DEFINITIONS.indicators.values())})


def read_back(text: str, unit: str, language: str) -> float:
    number = float("".join(sign for sign in text if sign in "0123456789.−").replace("−", "-"))
    return number / YUAN if unit == MONEY and language == "en" else number


@given(some.lists(NUMBERS | NEAR, min_size=1, max_size=3), some.sampled_from(UNITS), some.sampled_from(words.LANGUAGES))
def test_numbers_that_are_held_against_each_other_read_alike_only_where_they_are(values, unit, language):
    told = written(values, unit, language)
    for one, text in zip(values, told, strict=True):
        for other, other_text in zip(values, told, strict=True):
            assert (text == other_text) == (one == other)
            if one < other:
                assert read_back(text, unit, language) <= read_back(other_text, unit, language), "no order is turned"
    for value, text in zip(values, told, strict=True):
        step = 10.0 ** -decimals_of(value, unit)
        assert abs(read_back(text, unit, language) - value) <= step * (0.5 + 1e-9) + 1e-9 * abs(value)


@given(NUMBERS, NUMBERS | NEAR, some.sampled_from(["fell", "floor_below", "floor_above", "outstanding_high", "sure"]))
def test_a_reason_never_compares_what_reads_alike(value, reference, rule):
    code = next(code for code, indicator in DEFINITIONS.indicators.items() if indicator.unit == "%")
    told = in_words(Reason(rule, "red", code, value, reference), DEFINITIONS, "en", REGIONAL)
    same = in_words(Reason(rule, "red", code, value, value), DEFINITIONS, "en", REGIONAL)
    assert (told == same) == (value == reference)
