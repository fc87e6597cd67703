"""Small multiples: in each panel the median and the middle four fifths of some bases over the quarters.

Drawn as masks over the page's own colours, so that sixteen of them cost no script, follow the theme and print.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from urllib.parse import quote

from dash import html

from dashboard import components as c
from dashboard.components import Part
from indicators.repository import Bands

Line = Sequence[float | None]
"""A value a quarter, None where there is none."""
HIGH = 100
"""Of a panel, in units of its picture; the page stretches it."""
STEP = 10
"""Between two quarters."""
TICKS = 4
"""About so many on an axis."""


@dataclass(frozen=True)
class Scale:
    """The values' axis that the panels of one row share. `ticks`: round values on it."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def of(cls, series: Sequence[Bands], lines: Sequence[Line] = ()) -> "Scale":
        ends = [end for one in series for point in one.points if point for end in (point.low, point.high)]
        ends += [value for line in lines for value in line if value is not None]
        low, high = min(ends), max(ends)
        reach = (high - low) or abs(high) or 1.0
        step = _round_step(reach / TICKS)
        first = ceil(low / step)
        ticks = [step * number for number in range(first, first + 2 * TICKS) if low <= step * number <= high]
        return cls(low - reach * 0.04, high + reach * 0.04, tuple(ticks) if high > low else (low,))

    def y(self, value: float) -> float:
        """From the top, of HIGH."""
        return HIGH * (1 - (value - self.low) / (self.high - self.low))


def _round_step(rough: float) -> float:
    """1, 2, 5 or 10 times a power of ten: the next above."""
    power = 10.0 ** floor(log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def panel(
    head: Part,
    bands: Bands,
    scale: Scale,
    written: Callable[[float], str],
    told: Sequence[str | None],
    line: Line | None = None,
) -> html.Div:
    """One panel. `written`: a value on the axis; `told`: what each quarter says where the pointer rests; `line`: over the
    band, in the accent, which else is the median's."""
    n = len(bands.periods)
    ticks = [
        html.Span(html.Span(written(tick)), className="tick", style={"top": f"{scale.y(tick):.1f}%"})
        for tick in scale.ticks
    ]
    hits = [html.Span(title=words) for words in told]
    middle: Line = [point.median if point else None for point in bands.points]
    strong = middle if line is None else line
    years = [
        html.Span(period[:4], style={"left": f"{(place + 0.5) / n * 100:.1f}%"})
        for place, period in enumerate(bands.periods)
        if period.endswith("Q1")
    ]
    plot = [
        _masked("band", _band(bands, scale), n, filled=True), *ticks,
        _masked("middle", _line(middle, scale), n) if line is not None else None,
        _masked("strong", _line(strong, scale), n), _last(strong, scale), html.Span(hits, className="hits"),
    ]  # fmt: skip
    return html.Div(
        [
            html.H4(head),
            html.Div(plot, className="plot", **c.aria(hidden="true")),
            html.Div(years, className="years", **c.aria(hidden="true")),
        ],
        className="facet",
    )


def _last(line: Line, scale: Scale) -> Part:
    """A dot at the last quarter; none where that quarter has none."""
    last, n = line[-1], len(line)
    if last is None:
        return None
    return html.Span(className="last", style={"left": f"{(n - 0.5) / n * 100:.1f}%", "top": f"{scale.y(last):.1f}%"})


def _runs(there: Sequence[bool]) -> list[list[int]]:
    """The places in runs without a gap."""
    runs: list[list[int]] = [[]]
    for place, known in enumerate(there):
        if known:
            runs[-1].append(place)
        else:
            runs.append([])
    return [run for run in runs if run]


def _path(places: Sequence[int], line: Line, scale: Scale) -> str:
    return "L".join(f"{(place + 0.5) * STEP:.1f} {scale.y(line[place] or 0.0):.1f}" for place in places)


def _line(line: Line, scale: Scale) -> str:
    return "".join(f"M{_path(run, line, scale)}" for run in _runs([value is not None for value in line]))


def _band(bands: Bands, scale: Scale) -> str:
    low, high = ([getattr(point, edge) if point else None for point in bands.points] for edge in ("low", "high"))
    runs = _runs([point is not None for point in bands.points])
    return "".join(f"M{_path(run, high, scale)}L{_path(run[::-1], low, scale)}Z" for run in runs)


def _masked(name: str, path: str, n: int, filled: bool = False) -> html.Span:
    pen = 'fill="#000"' if filled else 'fill="none" stroke="#000" stroke-width="2" vector-effect="non-scaling-stroke"'
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n * STEP} {HIGH}" preserveAspectRatio="none">'
        f'<path d="{path}" {pen} stroke-linejoin="round"/></svg>'
    )
    mask = f'url("data:image/svg+xml,{quote(picture)}")'
    return html.Span(className=name, style={"maskImage": mask, "WebkitMaskImage": mask})
