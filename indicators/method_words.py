"""The method in words, in both languages, from the catalogue: for the method's page and docs/methods.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from etl.catalogue import Text
from indicators.definition import Certainty, Definitions, Floor, Method

FLOOR_WORDS = {
    "min": Text(en="at least {}", zh="不低于{}"),
    "max": Text(en="at most {}", zh="不高于{}"),
    "above": Text(en="more than {}", zh="高于{}"),
    "peer_p20": Text(en="not in the lowest fifth of the peers", zh="不在同类最低的五分之一"),
    "min_ratio_to_last_year": Text(en="at least {} × the value a year ago", zh="不低于上年同期的{}倍"),
    "min_per_elapsed_quarter": Text(
        en="at least {} for each quarter of the year gone by", zh="年内每过一个季度不低于{}"
    ),
    "max_fall_in_points_over_a_year": Text(
        en="at most {} points below the value a year ago", zh="较上年同期下降不超过{}点"
    ),
}
NONE = Text(en="none", zh="无")
PROPOSAL = Text(
    en="No published list of the programme's own evaluation indicators was found. The indicators, weights and floors "
    "here are a proposal built from the State Council's opinion of 30 July 2020 and from published practice; all of it "
    "is data that the programme's owner can change.",
    zh="未见公开发布的示范基地评估指标体系。本产品的指标、权重和底线均为建议，依据2020年7月30日国办发〔2020〕26号意见和已公开的实践"
    "编制；全部以数据形式存放，主管部门可以修改。",
)
SCALES = {
    "percentile_rank": Text(en="percentile rank", zh="百分位排名"),
    "minmax": Text(en="min–max", zh="极差标准化"),
    "zscore": Text(en="z-score", zh="标准分数"),
}
MEANS = {
    "arithmetic": Text(en="arithmetic mean", zh="算术平均"),
    "geometric": Text(en="geometric mean", zh="几何平均"),
    "harmonic": Text(en="harmonic mean", zh="调和平均"),
}
TIES = {
    "average": Text(en="the mean of their places", zh="名次的平均值"),
    "min": Text(en="the best of their places", zh="其中最好的名次"),
}
UNSOURCED = Text(en="not given", zh="未注明")
YES, NO = Text(en="yes", zh="是"), Text(en="no", zh="否")


@dataclass(frozen=True)
class Step:
    """One step from the values to the verdicts."""

    name: Text
    text: Text


@dataclass(frozen=True)
class Line:
    """A setting: its name, its value as it is read, and where it comes from. `key`: its place in the method's file."""

    key: str
    name: Text
    value: Text
    source: Text


@dataclass(frozen=True)
class Group:
    name: Text
    lines: tuple[Line, ...]


def floor_in_words(floor: Floor | None, type_names: dict[str, Text] | None = None) -> Text:
    """The floor's rule and value; another value for a type stands behind it."""
    return Text(en=_floor(floor, "en", type_names or {}), zh=_floor(floor, "zh", type_names or {}))


def _floor(floor: Floor | None, language: str, type_names: dict[str, Text]) -> str:
    if floor is None:
        return NONE[language]
    words = FLOOR_WORDS[floor.rule][language].format("" if floor.value is None else _plain(floor.value))
    others = [
        f"{type_names[kind][language] if kind in type_names else kind}: {NONE[language] if value is None else _plain(value)}"
        for kind, value in floor.by_type.items()
    ]
    return f"{words} ({'; '.join(others)})" if others else words


def steps(definitions: Definitions) -> Iterator[Step]:
    """From the values to the ranks, in their order."""
    method = definitions.method
    scores, ties = method.scores, TIES[method.scores.ties]
    yield Step(
        Text(en="Value", zh="指标值"),
        Text(
            en="Factor × numerator ÷ denominator. A missing operand makes it missing.",
            zh="系数×分子÷分母。任一项缺失，指标值即缺失。",
        ),
    )
    yield Step(
        Text(en="Score", zh="得分"),
        Text(
            en="Percentile rank within the type of base, (rank − 1) ÷ (n − 1) × 100, in the indicator's direction; equal "
            f"values get {ties.en}.",
            zh=f"同类型内的百分位排名：（名次−1）÷（n−1）×100，按指标方向计；数值相同的取{ties.zh}。",
        ),
    )
    yield Step(
        Text(en="Missing", zh="缺失"),
        Text(
            en=f"An asked measure left blank scores {scores.withheld:g}, so that silence never pays; a zero denominator "
            "scores lowest where the definition says so, and otherwise drops out, as do indicators that are not asked "
            "of the type or have too little history. A base without an accepted return is not ranked, and the missing "
            "return is flagged.",
            zh=f"应填而空白的得{scores.withheld:g}分，漏填不会得利；分母为零的，定义中注明者得最低分，其余不计入；不要求该类型填报或历史"
            "不足的指标不计入。没有被接受报表的基地不排名，并标记缺报。",
        ),
    )
    yield Step(
        Text(en="Pillars and index", zh="维度与综合指数"),
        Text(
            en=f"Weighted arithmetic means; at least {_share(scores.min_share).en} of the weight must be there. A pillar weighs "
            "the sum of its indicators' weights.",
            zh=f"加权算术平均；有值的权重须达到{_share(scores.min_share).zh}。维度的权重为其指标权重之和。",
        ),
    )
    yield Step(
        Text(en="Rank", zh="排名"),
        Text(
            en="Within the type; ties take the best place; ranks are taken before any rounding.",
            zh="在同类型内排名；并列取最好名次；排名先于任何四舍五入。",
        ),
    )
    yield Step(
        Text(en="Groups", zh="汇总"),
        Text(
            en="For types, regions and provinces, numerators and denominators are summed over the bases that reported "
            "every operand, then divided; never the mean of the bases' ratios.",
            zh="按类型、地区、省份汇总时，对填报齐全的基地分别加总分子与分母后相除，从不取各基地比率的平均。",
        ),
    )
    yield _flags(method)
    yield _certainty(method)
    yield _signals(method)


def _flags(method: Method) -> Step:
    lower, upper, weak = method.floors.hardship_lower, method.floors.hardship_upper, method.peers.weak_below
    return Step(
        Text(en="Flags", zh="标记"),
        Text(
            en=f"An indicator past its floor (hardship bases: positive lower floors × {lower:g}, others × {upper:g}), a "
            f"pillar below the peers' {weak:g}th percentile, a missing return.",
            zh=f"指标未达底线（艰苦地区基地：正的下限×{lower:g}，其余×{upper:g}）、维度低于同类第{weak:g}百分位、缺报。",
        ),
    )


def _certainty(method: Method) -> Step:
    settings, agreement = method.certainty, _share(method.verdicts.agreement.value / 100)
    least, most, (low, high) = 1 - settings.weight_noise, 1 + settings.weight_noise, settings.interval
    drawn = _listed(list(_drawn(settings)), between="，")
    return Step(
        Text(en="Certainty", zh="可靠程度"),
        Text(
            en=f"{settings.replications:,} replications with every weight × its own draw from {least:g} … {most:g}, "
            f"{drawn.en}; a rank's interval is the {low:g}th to {high:g}th percentile of the ranks, and a base is said to "
            f"be among the first or the last only where {agreement.en} of the replications agree.",
            zh=f"重复模拟{settings.replications:,}次：各权重分别乘以{least:g}—{most:g}之间的随机数，{drawn.zh}；"
            f"名次区间为第{low:g}至第{high:g}百分位；{agreement.zh}的模拟结果一致时，才称位列前茅或末位。",
        ),
    )


def _drawn(settings: Certainty) -> Iterator[Text]:
    """What a replication draws beside the weights."""
    scales = _either([SCALES[name] for name in settings.normalisations])
    yield Text(en=f"scores as {scales.en}", zh=f"得分在{scales.zh}中随机选取")
    if len(settings.means) > 1:
        means = _either([MEANS[name] for name in settings.means])
        yield Text(en=f"put together by {means.en}", zh=f"合成方法在{means.zh}中随机选取")
    if settings.leave_one_out:
        yield Text(en="and one indicator, or none, left out", zh="并剔除一项指标或不剔除")


def _signals(method: Method) -> Step:
    funnel, history = method.signals.funnel, method.signals.history
    return Step(
        Text(en="Is it noise?", zh="是否属于波动"),
        Text(
            en=f"Against peers: funnel limits at {_share(funnel.alarm).en} within the type, for ratios of counts, with at most "
            f"{_share(funnel.false_discovery).en} false ones among the quarter's flags. Over time: process charts of the base's "
            f"own series from {history.least_points} points.",
            zh=f"与同类比：对计数比率在同类型内取{_share(funnel.alarm).zh}漏斗界限，一个季度的标记中误报不超过{_share(funnel.false_discovery).zh}。与自身"
            f"比：从{history.least_points}个点起绘制过程控制图。",
        ),
    )


# The settings ----------------------------------------------------------------------------------------------------------


def settings(definitions: Definitions) -> tuple[Group, ...]:
    """Every setting of the method beside weights and floors, each with its source."""
    method = definitions.method
    return (
        Group(Text(en="Scores, floors and peers", zh="得分、底线与同类比较"), tuple(_score_lines(method))),
        Group(Text(en="Certainty of ranks", zh="排名的可靠程度"), tuple(_certainty_lines(method.certainty))),
        Group(Text(en="Funnels and process charts", zh="漏斗图与过程控制图"), tuple(_signal_lines(method))),
        Group(Text(en="Lamps and grades", zh="亮灯与评级"), tuple(_verdict_lines(method))),
        Group(Text(en="Cases", zh="处理程序"), tuple(_case_lines(method))),
    )


def _score_lines(method: Method) -> Iterator[Line]:
    scores, floors, peers = method.scores, method.floors, method.peers
    of_scores, of_peers = scores.source or UNSOURCED, peers.source or UNSOURCED
    yield Line("scores.ties", Text(en="Equal values get", zh="数值相同的取"), TIES[scores.ties], of_scores)
    yield Line(
        "scores.withheld",
        Text(en="Score of what was asked and left blank", zh="应填而空白的得分"),
        _number(scores.withheld),
        of_scores,
    )
    yield Line(
        "scores.min_share",
        Text(en="Share of the weight that a pillar, or the index, needs", zh="维度或综合指数所需的有值权重比例"),
        _share(scores.min_share),
        of_scores,
    )
    yield Line(
        "floors.hardship_lower",
        Text(en="Hardship bases: positive lower floors ×", zh="艰苦地区基地：正的下限乘以"),
        _number(floors.hardship_lower),
        floors.source,
    )
    yield Line(
        "floors.hardship_upper",
        Text(en="Hardship bases: upper and negative floors ×", zh="艰苦地区基地：上限和负的下限乘以"),
        _number(floors.hardship_upper),
        floors.source,
    )
    yield Line(
        "peers.weak_below",
        Text(en="Percentile of the peers below which a pillar is weak", zh="维度偏弱的同类百分位线"),
        _number(peers.weak_below),
        of_peers,
    )
    yield Line(
        "peers.least_peers",
        Text(en="Bases of the type from which percentiles are judged", zh="判断百分位所需的同类型基地数"),
        _number(peers.least_peers),
        of_peers,
    )


def _certainty_lines(certainty: Certainty) -> Iterator[Line]:
    low, high = certainty.interval
    told = {
        "replications": (Text(en="Replications", zh="重复模拟次数"), _same(f"{certainty.replications:,}")),
        "weight_noise": (
            Text(en="Each weight × its own draw from", zh="各权重乘以随机数的范围"),
            _same(f"{1 - certainty.weight_noise:g} … {1 + certainty.weight_noise:g}"),
        ),
        "normalisations": (
            Text(en="Scores as one of, the first is published", zh="得分方法（第一种为正式发布）"),
            _listed([SCALES[name] for name in certainty.normalisations]),
        ),
        "means": (
            Text(en="Scores put together by one of, the first is published", zh="合成方法（第一种为正式发布）"),
            _listed([MEANS[name] for name in certainty.means]),
        ),
        "leave_one_out": (
            Text(en="One indicator, or none, is left out", zh="剔除一项指标或不剔除"),
            YES if certainty.leave_one_out else NO,
        ),
        "interval": (
            Text(en="Percentiles of the ranks shown as the interval", zh="名次区间的百分位"),
            _same(f"{low:g} … {high:g}"),
        ),
    }
    for key, (name, value) in told.items():
        yield Line(f"certainty.{key}", name, value, certainty.sources.get(key, UNSOURCED))


def _signal_lines(method: Method) -> Iterator[Line]:
    funnel, history = method.signals.funnel, method.signals.history
    yield Line(
        "signals.funnel.alarm",
        Text(en="Funnel: share of bases in control within the limits", zh="漏斗图：受控基地落在界限内的比例"),
        _share(funnel.alarm),
        funnel.source,
    )
    yield Line(
        "signals.funnel.false_discovery",
        Text(en="Funnel: share of a quarter's flags that may be false", zh="漏斗图：一个季度的标记中允许的误报比例"),
        _share(funnel.false_discovery),
        funnel.source,
    )
    yield Line(
        "signals.history.least_points",
        Text(en="Process chart: points from which a series is judged", zh="过程控制图：开始判断所需的点数"),
        _number(history.least_points),
        history.source,
    )


def _verdict_lines(method: Method) -> Iterator[Line]:
    for name, setting in method.verdicts.thresholds.items():
        yield Line(f"verdicts.{name}", setting.name, _number(setting.value), setting.source)


def _case_lines(method: Method) -> Iterator[Line]:
    cases = method.cases
    yield Line(
        "cases.reply_days",
        Text(en="Days for the base's reply to a notice", zh="基地答复通知的期限（天）"),
        _number(cases.reply_days),
        cases.source,
    )
    yield Line(
        "cases.opinion_days",
        Text(en="Days for the province's opinion on the reply", zh="省级对答复提出意见的期限（天）"),
        _number(cases.opinion_days),
        cases.source,
    )


def _same(text: str) -> Text:
    return Text(en=text, zh=text)


def _number(value: float) -> Text:
    return _same(_plain(value))


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _share(value: float) -> Text:
    """0.998 → 99.8 %, 99.8%."""
    return Text(en=f"{100 * value:g} %", zh=f"{100 * value:g}%")


def _either(texts: list[Text]) -> Text:
    """One of them: a, b or c."""
    *first, last = texts
    return Text(en=f"{_listed(first).en} or {last.en}" if first else last.en, zh=_listed(texts).zh)


def _listed(texts: list[Text], between: str = "、") -> Text:
    """`between` stands in Chinese; in English it is a comma."""
    return Text(en=", ".join(text.en for text in texts), zh=between.join(text.zh for text in texts))
