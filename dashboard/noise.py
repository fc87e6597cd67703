"""Is it noise? An indicator of a base over time and among its peers: a title that says it, what it means, a chart, a table."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import figures_noise, numbers
from dashboard.components import Part
from dashboard.figures_noise import CALM, DOWN, UP, Mark
from dashboard.formulas import denominator
from dashboard.view import View
from indicators.definition import Indicator
from indicators.histories import A_YEAR
from indicators.repository import Publication
from indicators.repository.positions import Limits, Position
from indicators.repository.processes import Process, ProcessPoint
from indicators.signals import BETTER_THAN, SIMILAR
from indicators.xmr import CAUSES, FEW

QUIET = CAUSES[0]
LABEL_WIDTH = 0.34
"""Of a word in the process chart, in widths of the plot."""


def evidence(title: str, means: Part, *more: Part) -> html.Section:
    """One piece of evidence about the chosen indicator."""
    return html.Section([html.H3(title), html.P(means, className="means"), *more], className="evidence")


# Over time -------------------------------------------------------------------------------------------------------------


def over_time(view: View, indicator: Indicator, found: Process | None) -> html.Section:
    say = view.say
    if found is None:
        return evidence(say("process.title.context"), say("process.means.context"))
    if found.limits is None:
        early = found.there < found.least
        why = ("early_yearly" if found.step == A_YEAR else "early") if early else "blank"
        means = say(f"process.means.{why}", least=found.least, there=found.there)
        return evidence(say(f"process.title.{'early' if early else 'blank'}"), means)
    last = found.last
    means = say(f"process.means.{last.judgement}")
    if found.provisional:
        means = say("list.space").join([means, say("process.provisional", n=found.there, few=FEW)])
    return evidence(
        say(f"process.title.{last.cause}"),
        means,
        _process_graph(view, indicator, found, found.limits),
        c.twin(view, _process_table(view, indicator, found, found.limits)),
    )


NAMES = ("lower", "mean", "upper")


def _process_graph(view: View, indicator: Indicator, found: Process, limits: tuple[float, float, float]) -> Part:
    marks = [_mark(view, found, place) for place in range(len(found.points))]
    figure = figures_noise.process(
        marks,
        limits,
        [view.say(f"process.limit.{name}") for name in NAMES],
        lambda value: numbers.with_unit(value, indicator.unit, view.language),
        view.theme,
    )
    caption = view.say("process.caption", unit=numbers.unit_name(indicator.unit, view.language))
    label = view.say("list.middot").join([indicator.name[view.language], view.say(f"process.title.{found.last.cause}")])
    return c.graph(view, figure, caption, label, indicator.code)


def _mark(view: View, found: Process, place: int) -> Mark:
    point = found.points[place]
    words = view.say(f"process.cause.{point.cause}")
    label = words if place in _labelled(found.points) else ""
    return Mark(point.period, point.value, _shape(point), point.judgement, words, label)


def _labelled(points: Sequence[ProcessPoint]) -> set[int]:
    """Where a cause is written: at the last of the points in a row that have it, from the newest back, as far as there is
    room. The others are told by their shape, and in words in the table."""
    chosen: list[int] = []
    apart = max(2, round(len(points) * LABEL_WIDTH))
    for place in range(len(points) - 1, -1, -1):
        ends = place + 1 == len(points) or points[place + 1].cause != points[place].cause
        if points[place].cause != QUIET and ends and (not chosen or chosen[-1] - place >= apart):
            chosen.append(place)
    return set(chosen)


def _shape(point: ProcessPoint) -> str:
    """The odd causes point up, the even ones down (indicators/xmr.py)."""
    if point.cause == QUIET:
        return CALM
    return UP if CAUSES.index(point.cause) % 2 else DOWN


def _process_table(view: View, indicator: Indicator, found: Process, limits: tuple[float, float, float]) -> Part:
    def written(value: float | None) -> str:
        return numbers.with_unit(value, indicator.unit, view.language)

    rows: list[list[Part]] = [
        [
            numbers.quarter(point.period, view.language),
            written(point.value),
            view.say(f"process.cause.{point.cause}"),
            view.say(f"process.judgement.{point.judgement}"),
        ]
        for point in found.points
    ]
    rows += [
        [view.say(f"process.limit.{name}"), written(value), "", ""] for name, value in zip(NAMES, limits, strict=True)
    ]
    head = [view.say("table.quarter"), view.say("table.value")]
    head += [view.say("process.column.signal"), view.say("process.column.judgement")]
    return c.table(head, rows, className="dense")


# Among peers -----------------------------------------------------------------------------------------------------------


def among_peers(
    view: View, publication: Publication, indicator: Indicator, name: str, found: Position | None
) -> html.Section:
    """`name`: of the base."""
    say = view.say
    if found is None:
        if not indicator.funnel:
            return evidence(say("funnel.title.none"), say("funnel.means.none"))
        least = view.definitions(publication).method.peers.least_peers
        means = say("funnel.means.absent", n=least - 1)
        if not view.scope.everywhere:
            means = say("funnel.means.absent_others", n=least)
        return evidence(say("funnel.title.absent"), means)
    title = say(f"funnel.title.{_standing(indicator, found)}")
    return evidence(
        title,
        _funnel_means(view, indicator, found),
        _funnel_graph(view, publication, indicator, name, found, title),
        c.twin(view, _funnel_table(view, indicator, name, found)),
    )


def _standing(indicator: Indicator, found: Position) -> str:
    """Which of the titles it is. Only what is published as a flag is called better or worse."""
    if found.place != SIMILAR and indicator.scored:
        side = "above" if found.value > found.target else "below"
        return f"{side}_{'better' if found.place == BETTER_THAN else 'worse'}"
    if found.beyond:
        return "beyond"
    return "edge" if found.beyond_95 else "within"


def _funnel_means(view: View, indicator: Indicator, found: Position) -> str:
    standing = _standing(indicator, found)
    if standing == "within":

        def written(value: float) -> str:
            return numbers.with_unit(value, indicator.unit, view.language)

        low, high = written(found.limits.lower_998), written(found.limits.upper_998)
        return view.say("funnel.means.within", low=low, high=high, value=written(found.value))
    if standing == "beyond" and not indicator.scored:
        return view.say("funnel.means.context")
    return view.say(f"funnel.means.{standing}" if standing in ("beyond", "edge") else "funnel.means.flagged")


def _funnel_graph(
    view: View, publication: Publication, indicator: Indicator, name: str, found: Position, label: str
) -> Part:
    names = {field: view.say(f"funnel.{field}") for field in ("upper_998", "lower_998", "target")}
    names |= {one.member.code: one.member.name[view.language] for one in found.others}
    figure = figures_noise.funnel(
        found,
        name,
        names,
        lambda value: numbers.with_unit(value, indicator.unit, view.language),
        view.theme,
        view.say("funnel.size", denominator=denominator(indicator, view.language, view.form(publication))),
    )
    caption = view.say("funnel.caption_named" if found.others else "funnel.caption", n=numbers.plain(found.n))
    return c.graph(view, figure, caption, label)


LIMITS = ("lower_998", "lower_95", "upper_95", "upper_998")


def _funnel_table(view: View, indicator: Indicator, name: str, found: Position) -> html.Div:
    """The base with its limits, the common value, how the values are spread; then the peers that may be seen."""

    def written(value: float) -> str:
        return numbers.in_unit(value, indicator.unit)

    rows: list[list[Part]] = [_own_row(name, found.size, found.value, found.limits, written)]
    rows.append([view.say("funnel.target_row"), "", written(found.target), *[""] * len(LIMITS)])
    points = [("base.column.p25", found.spread.p25), ("base.column.p50", found.spread.p50)]
    points.append(("base.column.p75", found.spread.p75))
    rows += [[view.say(key), "", written(value), *[""] * len(LIMITS)] for key, value in points]
    rows += [
        [one.member.name[view.language], numbers.plain(one.size), written(one.value), *[""] * len(LIMITS)]
        for one in sorted(found.others, key=lambda one: -one.value)
    ]
    head = [view.say("funnel.column.base"), view.say("funnel.column.size"), view.say("funnel.column.value")]
    head += [view.say(f"funnel.column.{limit}") for limit in LIMITS]
    return c.table(head, rows, className="dense")


def _own_row(name: str, size: float, value: float, limits: Limits, written) -> list[Part]:
    return [name, numbers.plain(size), written(value), *(written(getattr(limits, limit)) for limit in LIMITS)]
