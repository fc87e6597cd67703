"""W02–W06: figures that may be right but are not likely: jumps, copies, odd ratios, staff from nowhere, revisions."""

import math
from collections.abc import Iterator
from statistics import median
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from etl import formula
from etl.catalogue import Entry
from etl.findings import Finding
from etl.ordering import suspicion_of
from etl.rules.comparison import history, of_peers, positive_logs, robust_z
from etl.rules.context import Context, Parameters, Rule
from etl.rules.rows import in_quarter, numbers
from etl.wording import in_words, number

MOST_JUMPS = 5
"""Where a whole return jumps, so many examples say as much as all."""
PEERS_FACTOR = 1.5
"""A ratio this near to the peers' median is never odd, however closely the peers agree."""


class JumpParameters(Parameters):
    stock_at_least: float
    stock_change: float = Field(gt=0)
    flow_times_median: float = Field(gt=0)
    window: int = Field(ge=1)
    nonzero_quarters: int = Field(ge=1)
    small_step: dict[Literal["count", "amount", "area"], float] = {}
    """By value type: a step up to this is small in itself."""


def jump(context: Context, parameters: JumpParameters) -> Iterator[Finding]:
    """A stock or a flow moves much further than it did before. The largest MOST_JUMPS are told, the largest first: a
    return that slipped as a whole should not flood its base with questions."""
    # What is carried over from last quarter jumped then, and was asked about then.
    asked = [
        measure
        for measure in context.form.measures_of(context.base.type)
        if measure.timing in ("stock", "flow") and measure.code not in context.form.carried
    ]
    values = history(context, [measure.code for measure in asked])
    found: list[tuple[float, Finding]] = []
    for measure, series in zip(asked, values.T.tolist(), strict=True):
        look = _stock_jump if measure.timing == "stock" else _flow_jump
        told = look(context, measure.code, series, parameters.small_step.get(measure.value_type, 0.0), parameters)
        if told:
            found.append(told)
    found.sort(key=lambda told: -told[0])
    yield from (finding for _, finding in found[:MOST_JUMPS])


def _stock_jump(
    context: Context, code: str, series: list[float], small_step: float, parameters: JumpParameters
) -> tuple[float, Finding] | None:
    """(size of the jump as a logarithm, finding). `series`: the quarters, the return's own last; NaN for blank."""
    if len(series) < 2 or any(map(math.isnan, series[-2:])):
        return None
    last, now = series[-2:]
    if last <= 0 or last < parameters.stock_at_least:
        return None
    change = now / last - 1
    if abs(change) <= parameters.stock_change or abs(now - last) <= small_step:
        return None
    name, share = context.name(code), f"{abs(change):.0%}"
    finding = context.finding(
        f"{name.en} = {number(now)}, {'up' if change > 0 else 'down'} {share} from last quarter's {number(last)}.",
        f"{name.zh}={number(now)},比上季{number(last)}{'增加' if change > 0 else '减少'}{share}。",
        measure=code,
        anticipated={code: last},
        suspicion=suspicion_of(change / parameters.stock_change),
    )
    return (abs(math.log(now / last)) if now > 0 else math.inf), finding


def _flow_jump(
    context: Context, code: str, series: list[float], small_step: float, parameters: JumpParameters
) -> tuple[float, Finding] | None:
    """(size of the jump as a logarithm, finding). `series`: the quarters, the return's own last; NaN for blank."""
    window, now = series[-1 - parameters.window : -1], series[-1]
    if len(window) < parameters.window or any(map(math.isnan, [*window, now])):
        return None
    middle = median(window)
    if middle <= 0 or sum(value != 0 for value in window) < parameters.nonzero_quarters:
        return None
    if now <= parameters.flow_times_median * middle or now - middle <= small_step:
        return None
    name, times = context.name(code), number(round(now / middle, 1))
    finding = context.finding(
        f"{name.en} = {number(now)}, {times} times {number(round(middle, 2))}, "
        f"the median of the {parameters.window} quarters before.",
        f"{name.zh}={number(now)},为前{parameters.window}季中位数{number(round(middle, 2))}的{times}倍。",
        measure=code,
        anticipated={code: middle},
        suspicion=suspicion_of(now / (parameters.flow_times_median * middle)),
    )
    return math.log(now / middle), finding


class CopyParameters(Parameters):
    at_least: int = Field(ge=1)
    share: float = Field(gt=0, le=1)


def copied(context: Context, parameters: CopyParameters) -> Iterator[Finding]:
    """Most flows equal last quarter's. One finding, at the first of them."""
    flows = [m for m in context.form.measures_of(context.base.type) if m.timing == "flow"]
    values = history(context, [measure.code for measure in flows])
    if len(values) < 2:
        return
    last, now = values[-2:]
    told = ~np.isnan(now) & (now != 0)
    same = told & (np.abs(now - last) <= [measure.tolerance for measure in flows])
    count, total = int(same.sum()), int(told.sum())
    if count < parameters.at_least or count < parameters.share * total:
        return
    copies = [flows[place].code for place in np.flatnonzero(same)]
    first = context.form.measures[copies[0]]
    yield context.finding(
        f"{count} of the {total} flows that are not 0 equal last quarter's, the first {first.full_name.en}.",
        f"{total}项非零流量中有{count}项与上季相同,首项为{first.full_name.zh}。",
        measure=first.code,
        about="flows",
        anticipated=dict.fromkeys(copies, 0.0),  # a copy says nothing of this quarter: all of it is in doubt
        suspicion=count / total,
    )


class Ratio(Entry):
    numerator: str
    denominator: str
    min: float | None = None
    max: float | None = None

    @property
    def expression(self) -> str:
        return f"({self.numerator}) / ({self.denominator})"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class RatioParameters(Parameters):
    ratios: list[Ratio] = Field(min_length=1)
    robust_z: float = Field(gt=0)

    def formulas(self) -> list[str]:
        return [text for ratio in self.ratios for text in (ratio.numerator, ratio.denominator)]


def implausible(context: Context, parameters: RatioParameters) -> Iterator[Finding]:
    """A ratio lies outside its limits, or far from other bases of the type. One finding a ratio, at its numerator."""
    for ratio in parameters.ratios:
        above, below = context.value(ratio.numerator), context.value(ratio.denominator)
        if above is None or below is None:
            continue
        odd = _outside(ratio, above, below) or _far_from_peers(context, ratio, above, below, parameters.robust_z)
        if odd:
            yield _odd_ratio(context, ratio, above, below, odd)


class Odd(NamedTuple):
    """Why a ratio is odd, in words; how many times past the limit it lies; the ratio that would not be odd."""

    en: str
    zh: str
    times: float
    usual: float


def _outside(ratio: Ratio, above: float, below: float) -> Odd | None:
    """How the limits are broken. A denominator of 0 counts as 1, so that 60 firms without a mentor are more than 50
    for each, and 3 are not."""
    low = ratio.min is not None and below > 0 and above < ratio.min * below
    high = ratio.max is not None and above > ratio.max * (below or 1)
    limit = ratio.min if low else ratio.max
    if limit is None or not (low or high):
        return None
    sides = (limit * (below or 1), above) if low else (above, limit * (below or 1))
    times = sides[0] / sides[1] if sides[1] else math.inf
    if ratio.min is not None and ratio.max is not None:
        limits = number(ratio.min), number(ratio.max)
        return Odd("outside {} to {}".format(*limits), "不在{}至{}之间".format(*limits), times, limit)
    word, zh_word = ("below", "小于") if low else ("above", "大于")
    return Odd(f"{word} {number(limit)}", f"{zh_word}{number(limit)}", times, limit)


def _far_from_peers(context: Context, ratio: Ratio, above: float, below: float, cut: float) -> Odd | None:
    """How far the ratio lies from the peers', in logarithms: twice is as far as half."""
    if above <= 0 or below <= 0:
        return None
    value, peers = math.log10(above / below), positive_logs(of_peers(context, ratio.expression))
    z = robust_z(value, peers)
    if z is None or abs(z) <= cut:
        return None
    middle = float(np.nanmedian(peers))
    if abs(value - middle) <= math.log10(PEERS_FACTOR):
        return None
    usual, count = number(round(10**middle, 2)), int((~np.isnan(peers)).sum())
    return Odd(
        f"far from {usual}, the median of {count} other bases of the type (robust z {z:.1f})",
        f"与同类型{count}家其他基地的中位数{usual}相差悬殊(稳健z值{z:.1f})",
        abs(z) / cut,
        10**middle,
    )


def _odd_ratio(context: Context, ratio: Ratio, above: float, below: float, odd: Odd) -> Finding:

    def value(node: formula.Node) -> float | None:
        found = float(context.evaluate(node).values[-1, context.position])
        return None if math.isnan(found) else found

    tree, result = formula.parse(ratio.expression), context.value(ratio.expression)
    words = {language: in_words(tree, context.form, value, language) for language in ("en", "zh")}
    equals = "" if result is None else f" = {number(round(result, 2))}"
    first = formula.measures(tree)[0]
    return context.finding(
        f"{words['en']}{equals}, {odd.en}.",
        f"{words['zh']}{equals},{odd.zh}。",
        measure=first,
        about=f"{ratio.numerator}>{ratio.denominator}",
        quantity=above / (below or 1),
        anticipated={first: (context.item.value(first) or 0.0) - above + odd.usual * (below or 1)},
        suspicion=suspicion_of(odd.times),
    )


class StaffParameters(Parameters):
    staff: str
    hires: str
    column: str
    """The roster's column of employees."""
    entered: str
    """The roster's column of the date of entry."""

    def formulas(self) -> list[str]:
        return [self.staff, self.hires]


def staff_balance(context: Context, parameters: StaffParameters) -> Iterator[Finding]:
    """Employees exceed last quarter's, the quarter's hires and the employees of firms that entered in it."""
    brought = _brought_by_entrants(context, parameters)
    now, last, hires = (
        context.value(parameters.staff),
        context.value(parameters.staff, back=1),
        context.value(parameters.hires),
    )
    if brought is None or now is None or last is None or hires is None:
        return
    covered = last + hires + brought
    if now <= covered:
        return
    staff, new = context.name(parameters.staff), context.name(parameters.hires)
    more = number(now - covered)
    yield context.finding(
        f"{staff.en} = {number(now)}, {more} more than last quarter's {number(last)}, {new.en} {number(hires)} "
        f"and {number(brought)} employees of firms that entered: {number(covered)} in all.",
        f"{staff.zh}={number(now)},比上季{number(last)}、{new.zh}{number(hires)}与本季入孵企业从业人员{number(brought)}"
        f"合计{number(covered)}多{more}。",
        measure=parameters.staff,
        anticipated={parameters.staff: covered},
        suspicion=suspicion_of(now / covered if covered > 0 else math.inf),
    )


def _brought_by_entrants(context: Context, parameters: StaffParameters) -> float | None:
    """Employees of the firms that entered in the quarter; None without a roster that tells."""
    roster, period = context.item.roster, context.item.period
    if roster is None or period is None or not {parameters.column, parameters.entered} <= roster.columns.keys():
        return None
    entered = in_quarter(roster, parameters.entered, period)
    return float(numbers(roster, parameters.column)[entered].sum())


def revised(context: Context, _: Parameters) -> Iterator[Finding]:
    """A value differs from the one that was already accepted for this quarter. One finding for each."""
    if context.accepted is None:
        return
    for code, entry in context.item.entries.items():
        old, new, measure = context.accepted.get(code), entry.value, context.form.measures[code]
        if old is None and new is None:
            continue
        if old is None or new is None or abs(new - old) > measure.tolerance:
            before = ("the accepted return left it blank", "已接受的报表未填此项")
            if old is not None:
                before = (f"the accepted return says {number(old)}", f"已接受的报表为{number(old)}")
            now = ("is blank now", "现为空白") if new is None else (f"= {number(new)}", f"={number(new)}")
            yield context.finding(
                f"{measure.full_name.en} {now[0]}, {before[0]}.",
                f"{measure.full_name.zh}{now[1]},{before[1]}。",
                measure=code,
                anticipated={code: old or 0.0},
            )


RULES = {
    "jump": Rule(jump, JumpParameters, looks_back=True),
    "copied": Rule(copied, CopyParameters, looks_back=True),
    "implausible": Rule(implausible, RatioParameters),
    "staff_balance": Rule(staff_balance, StaffParameters, looks_back=True),
    "revised": Rule(revised),
}
