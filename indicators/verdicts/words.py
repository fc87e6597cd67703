"""Reasons in words, in English and Chinese. Every rule has its sentence here; the rest is numbers and clauses."""

from etl.catalogue import Text
from indicators.definition import Definitions
from indicators.verdicts.reasons import Reason
from indicators.verdicts.written import PERCENT, written

LANGUAGES = ("en", "zh")
BY_PEERS = "confirmed_by_peers"

WORDS: dict[str, Text] = {
    "false_data": Text(
        en="It is recorded that the base's data were false. The finding, with who made it and why, stands in the base's case.",
        zh="经认定，该基地存在数据造假。认定人及理由见该基地的处理记录。",
    ),
    "missed": Text(
        en="The return of this quarter was due and was not handed in.",
        zh="本季度报表到期未报。",
    ),
    "missed_running": Text(
        en="{quarters} returns running were due and were not handed in.",
        zh="连续{quarters}个季度到期未报。",
    ),
    "missed_in_year": Text(
        en="Due but not handed in: {quarters} of the last four returns.",
        zh="近四季有{quarters}期报表到期未报。",
    ),
    "missed_capped": Text(
        en="Due but not handed in: {quarters} of the last four returns. The grade is C at best, so that nobody gains by not "
        "reporting.",
        zh="近四季有{quarters}期报表到期未报：评级最高为C，以免因不报而受益。",
    ),
    "open_errors": Text(
        en="Cannot judge: the return has open errors. This ends when a corrected return is accepted.",
        zh="无法判断：报表仍有错误未更正。更正后的报表被接受后即可判断。",
    ),
    "in_review": Text(
        en="Cannot judge yet: the return is handed in and under review. This ends when it is accepted.",
        zh="暂无法判断：报表已提交，正在审核。审核接受后即可判断。",
    ),
    "not_due": Text(
        en="Cannot judge yet: the return is not due and has not been handed in. This ends when it is accepted.",
        zh="暂无法判断：报表尚未到期，也未提交。报送并被接受后即可判断。",
    ),
    "not_in": Text(
        en="Cannot judge: the base was not in the programme in this quarter. This ends with its first accepted return.",
        zh="无法判断：本季度该基地尚未纳入示范基地。首份报表被接受后即可判断。",
    ),
    "no_index": Text(
        en="Cannot judge: there is no {name}, because {quality}",
        zh="无法判断：没有{name}，因为{quality}",
    ),
    "composite": Text(
        en="{name}, mean of {quarters} quarters: {value}, below {reference}.",
        zh="{name}（{quarters}个季度平均）为{value}，低于{reference}。",
    ),
    "floors_confirmed": Text(
        en="{count} floors are missed and confirmed (at least {of} are needed); they are listed with the lamp.",
        zh="经核实未达底线的指标有{count}项（至少{of}项），见亮灯依据。",
    ),
    "pillar_year": Text(
        en="{name}, mean of the year: score {value}, below {reference}, the lowest fifth of the {type}.",
        zh="{name}全年平均得分{value}，低于{type}最低五分之一的界线{reference}。",
    ),
    "pillar": Text(
        en="{name}: score {value}, below {reference}, the lowest fifth of the {type}, {quarters} quarters running.",
        zh="{name}得分{value}，低于{type}最低五分之一的界线{reference}，已连续{quarters}个季度。",
    ),
    "floors": Text(
        en="{count} of {of} floors are missed; so many have been for {quarters} quarters running.",
        zh="{of}项底线中有{count}项未达到，达到亮灯数量已连续{quarters}个季度。",
    ),
    "floor_below": Text(
        en="{name} {value} is below the floor of {reference}{confirmed}{trend}.",
        zh="{name}为{value}，低于底线{reference}{confirmed}{trend}。",
    ),
    "floor_above": Text(
        en="{name} {value} is above the limit of {reference}{confirmed}{trend}.",
        zh="{name}为{value}，高于上限{reference}{confirmed}{trend}。",
    ),
    "floor_blank": Text(
        en="{name} cannot be computed, because what was asked was left blank; that counts as a floor missed.",
        zh="{name}因应填项空白无法计算，按未达底线处理。",
    ),
    "decline": Text(
        en="Its results fell: in {quarters} quarters running, each looked at alone, they lay further below its own of the "
        "year before than those of its peers. The last fall is {value} times the usual ups and downs of a base of its "
        "size (red from {reference}); {count} of {of} indicators are worse.",
        zh="成效下滑：连续{quarters}个季度，各季单独计算，相对其上年水平的降幅均明显大于同类。最近一季的降幅为同等规模基地"
        "平常波动的{value}倍（达到{reference}倍亮红灯），{of}项指标中有{count}项变差。",
    ),
    "slipping": Text(
        en="Its results are slipping: in {quarters} quarters running, each looked at alone, they lay further below its own "
        "of the year before than those of its peers. The last fall is {value} times the usual ups and downs of a base "
        "of its size (yellow from {reference}); {count} of {of} indicators are worse.",
        zh="成效有所下滑：连续{quarters}个季度，各季单独计算，相对其上年水平的降幅大于同类。最近一季的降幅为同等规模基地"
        "平常波动的{value}倍（达到{reference}倍亮黄灯），{of}项指标中有{count}项变差。",
    ),
    "improving": Text(
        en="Its results rose: in {quarters} quarters running, each looked at alone, they lay further above its own of the "
        "year before than those of its peers. The last rise is {value} times the usual ups and downs of a base of its "
        "size (told from {reference}); {count} of {of} indicators are better.",
        zh="成效向好：连续{quarters}个季度，各季单独计算，相对其上年水平的升幅大于同类。最近一季的升幅为同等规模基地"
        "平常波动的{value}倍（达到{reference}倍即提示），{of}项指标中有{count}项变好。",
    ),
    "outstanding_high": Text(
        en="{name} {value} is above the 99.8 % limit of {reference} for {type} of its size: it stands out well.",
        zh="{name}为{value}，高于同等规模{type}99.8%的界限{reference}，表现突出。",
    ),
    "outstanding_low": Text(
        en="{name} {value} is below the 99.8 % limit of {reference} for {type} of its size: it stands out well.",
        zh="{name}为{value}，低于同等规模{type}99.8%的界限{reference}，表现突出。",
    ),
    "fell": Text(
        en="{name}, this quarter alone: {value}, against {reference} in a quarter of the year before.",
        zh="{name}（仅本季度）为{value}，上年各季平均为{reference}。",
    ),
    "rose": Text(
        en="{name}, this quarter alone: {value}, against {reference} in a quarter of the year before.",
        zh="{name}（仅本季度）为{value}，上年各季平均为{reference}。",
    ),
    "in_order": Text(
        en="Nothing stands out: no rule for a warning holds.",
        zh="未见异常：不符合任何预警规则。",
    ),
    "year_rank": Text(
        en="Rank {count} of {of} {type} by the mean of the year, {value}.",
        zh="按全年平均值{value}，在{of}个{type}中列第{count}位。",
    ),
    "sure": Text(
        en="{value} of the replications agree that it is one of the top over the last four quarters (at least {reference} "
        "are needed).",
        zh="按近四季平均，{value}的模拟结果认定其位列前茅（须达到{reference}）。",
    ),
    "unsure": Text(
        en="By its rank over the last four quarters it is one of the top, but only {value} of the replications agree "
        "({reference} are needed for A).",
        zh="按近四季平均的排名位列前茅，但仅{value}的模拟结果一致（评A级须达到{reference}）。",
    ),
    "sure_unknown": Text(
        en="By its rank it is one of the top, but how sure that is has not been computed, and A needs {reference} of the "
        "replications. Compute the uncertainty of the ranks.",
        zh="按排名位列前茅，但尚未计算排名的不确定性，评A级须{reference}的模拟结果一致。请先计算排名不确定性。",
    ),
    "no_grade": Text(en="No grade: {quality}", zh="不评级：{quality}"),
    "d_twice": Text(
        en="Grade D two years running: an adjustment is proposed. The base is heard before people decide.",
        zh="连续两年为D级：建议调整。决定前须听取基地陈述，由人作出决定。",
    ),
    "a_twice": Text(
        en="Grade A two years running: an honour is proposed. People decide.",
        zh="连续两年为A级：建议表扬激励，由人作出决定。",
    ),
}

QUALITY: dict[str, Text] = {
    "history": Text(
        en="the quarters before are not there yet. This ends when enough of them are accepted.",
        zh="以前季度的数据不足。积累足够季度后即可判断。",
    ),
    "no_peers": Text(
        en="no other base of its type has reported. This ends when one is accepted.",
        zh="同类型没有其他已报送的基地。有其他基地报表被接受后即可判断。",
    ),
    "blank": Text(
        en="too much was left blank. This ends with a return that tells it.",
        zh="空白项过多。补报后即可判断。",
    ),
    "open_errors": Text(
        en="the return has open errors. This ends when a corrected return is accepted.",
        zh="报表仍有错误未更正。更正后的报表被接受后即可评级。",
    ),
    "few_quarters": Text(
        en="too few quarters of the year have an index. This ends when enough of them are accepted.",
        zh="全年有综合指数的季度不足。达到所需季度数后即可评级。",
    ),
}

CONFIRMED: dict[str, Text] = {
    "confirmed_by_peers": Text(
        en=" and {side} the 99.8 % limit of {bound} for {type} of its size",
        zh="，且{side}同等规模{type}99.8%的界限{bound}",
    ),
    "confirmed_by_history": Text(
        en=", and its own history confirms it",
        zh="，自身历史亦予证实",
    ),
    "unconfirmed": Text(en=", which may be chance in a base of its size", zh="，就其规模而言可能属于偶然"),
    "not_confirmable": Text(en="; whether it is chance cannot be told yet", zh="；是否属于偶然尚无法判断"),
}
SIDES = {"floor_below": Text(en="below", zh="低于"), "floor_above": Text(en="above", zh="高于")}
TRENDS = {
    "falling": Text(en="; it has fallen {quarters} quarters running", zh="；已连续{quarters}个季度下降"),
    "rising": Text(en="; it has risen {quarters} quarters running", zh="；已连续{quarters}个季度上升"),
}
PEERS = Text(en="peers", zh="同类型基地")
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

SHARES = ("sure", "unsure", "sure_unknown")
"""Rules whose value and reference are shares between 0 and 1."""
TIMES = ("decline", "slipping", "improving")
"""Rules whose value and reference are multiples."""


def in_words(reason: Reason, definitions: Definitions, language: str, type_name: Text | None = None) -> str:
    """One or two sentences in "en" or "zh"; `type_name`: how the bases of the type are called ("regional bases").
    Raises KeyError for a rule or a language that has no words."""
    value, reference, bound = _numbers(reason, definitions, language)
    kind = (type_name or PEERS)[language]
    text = WORDS[reason.rule][language].format(
        name=definitions.name(reason.code)[language] if reason.code else "",
        value=value,
        reference=reference,
        quarters=_count(reason.quarters, language),
        count=reason.count,
        of=reason.of,
        type=kind,
        quality=QUALITY[reason.quality][language] if reason.quality in QUALITY else "",
        confirmed=_confirmed(reason, bound, kind, language),
        trend=TRENDS[reason.trend][language].format(quarters=_count(reason.quarters, language)) if reason.trend else "",
    )
    return text[:1].upper() + text[1:]


def _confirmed(reason: Reason, bound: str, kind: str, language: str) -> str:
    if reason.quality not in CONFIRMED:
        return ""
    side = SIDES[reason.rule][language] if reason.rule in SIDES else ""
    return CONFIRMED[reason.quality][language].format(side=side, bound=bound, type=kind)


def _numbers(reason: Reason, definitions: Definitions, language: str) -> tuple[str, str, str]:
    """Value, reference and the peers' limit, as far as the sentence tells them: with the unit of the indicator, as shares,
    or bare."""
    told = [reason.value, reason.reference]
    if reason.quality == BY_PEERS:
        told.append(reason.low if reason.rule == "floor_below" else reason.high)
    if reason.rule in SHARES:
        words = written([None if one is None else 100 * one for one in told], PERCENT, language)
    else:
        words = written(told, unit_of(reason, definitions), language)
    value, reference, bound = (*words, "")[:3]
    return value, reference, bound


def unit_of(reason: Reason, definitions: Definitions) -> str:
    """In which a reason's numbers are; empty for scores and multiples."""
    indicator = definitions.indicators.get(reason.code)
    return indicator.unit if indicator and reason.rule not in TIMES else ""


def _count(quarters: int | None, language: str) -> str:
    if quarters is None:
        return ""
    return NUMBERS[quarters] if language == "en" and quarters < len(NUMBERS) else str(quarters)
