"""The charts of one indicator: strips of spreads, the median in its band, the funnel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures import Figure, Written, band, base_layout, line
from dashboard.theme import THEMES
from indicators.repository.one_indicator import Course, Strip
from indicators.repository.peer_funnels import PeerLimits

ROW, MARGIN = 44, 40
"""Height of a strip, and of its axis."""
BEYOND = 0.12
"""How much wider than the spreads the axis is; what lies farther out stands at its edge."""
FEW_SIZES = 50
"""How many times the smallest the largest size may be for an axis that is marked 1, 2, 5, 10."""
WIDE, NARROW = 0.34, 0.34
SYMBOLS = {"better": "triangle-up", "worse": "triangle-down", "similar": "circle", None: "circle-open"}
COLOURS = {"better": "better", "worse": "worse", "similar": "similar", None: "similar"}


@dataclass(frozen=True)
class StripWords:
    """What a strip says: its name, and where there is no spread, why."""

    name: str
    none: str = ""


def strips(
    rows: Sequence[Strip],
    words: Mapping[str, StripWords],
    written: Written,
    theme: str,
    chosen: str = "",
    own: bool = False,
    floor: float | None = None,
) -> Figure:
    """A row for each type or region: the middle nine tenths and half of its bases as bands, the median as a tick, and
    the dots. `own`: the dots are the viewer's own bases, else every base without its name."""
    token = THEMES[theme]
    reach = _reach(rows, floor)
    traces: list[dict[str, Any]] = []
    for low, high, colour, width in (("p5", "p95", "band-wide", WIDE), ("p25", "p75", "band-narrow", NARROW)):
        traces.append(_bands(rows, low, high, token[colour], width))
    traces.append(_medians(rows, token["ink"], written))
    traces.append(_dots(rows, reach, token["accent"], own, written))
    layout = base_layout(token, height=ROW * len(rows) + MARGIN)
    layout["margin"] = {"l": _room([words[row.code].name for row in rows]), "r": 16, "t": 4, "b": 28}
    layout["hovermode"], layout["bargap"], layout["barmode"] = "closest", 0, "overlay"
    layout["xaxis"] |= {"range": list(reach), "nticks": 6, "showgrid": True, "gridcolor": token["line"]}
    layout["yaxis"] |= {
        "range": [-len(rows) + 0.5, 0.5], "tickmode": "array", "tickvals": [-place for place in range(len(rows))],
        "ticktext": [_bold(words[row.code].name, row.code == chosen) for row in rows], "showgrid": False,
        "ticklabelstandoff": 10,
    }  # fmt: skip
    layout["annotations"] = [
        {"x": reach[0], "y": -place, "text": words[row.code].none, "showarrow": False, "xanchor": "left",
         "font": {"size": 12, "color": token["muted"]}}
        for place, row in enumerate(rows) if row.spread is None
    ]  # fmt: skip
    if floor is not None:
        layout["shapes"] = [upright(floor, token["worse"])]
    return {"data": traces, "layout": layout}


def upright(value: float, colour: str) -> dict[str, Any]:
    """A dashed line across a chart at a value of its x axis."""
    return {
        "type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": value, "x1": value,
        "line": {"color": colour, "width": 1, "dash": "4px,3px"},
    }  # fmt: skip


def _reach(rows: Sequence[Strip], floor: float | None) -> tuple[float, float]:
    ends = [edge for row in rows if row.spread for edge in (row.spread.p5, row.spread.p95)]
    ends += [value for row in rows if not row.spread for value in row.dots] + ([] if floor is None else [floor])
    if not ends:
        return (0.0, 1.0)
    low, high = min(ends), max(ends)
    more = (high - low or abs(high) or 1.0) * BEYOND
    return (max(low - more, min(0.0, low)), high + more)


def _room(names: Sequence[str]) -> int:
    """The width of the longest name, in pixels of 12: a letter takes half as much as a Chinese character."""
    widths = (sum(12.5 if ord(letter) > 0x2E80 else 6.8 for letter in name) for name in names)
    return int(min(170.0, max(widths, default=0.0))) + 22


def _bold(name: str, chosen: bool) -> str:
    safe = name.replace("&", "&amp;").replace("<", "&lt;")
    return f"<b>{safe}</b>" if chosen else safe


def _bands(rows: Sequence[Strip], low: str, high: str, colour: str, width: float) -> dict[str, Any]:
    there = [(place, row.spread) for place, row in enumerate(rows) if row.spread]
    return {
        "type": "bar", "orientation": "h", "width": width, "hoverinfo": "skip", "showlegend": False,
        "marker": {"color": colour, "line": {"width": 0}},
        "y": [-place for place, _ in there],
        "base": [getattr(spread, low) for _, spread in there],
        "x": [getattr(spread, high) - getattr(spread, low) for _, spread in there],
    }  # fmt: skip


def _medians(rows: Sequence[Strip], colour: str, written: Written) -> dict[str, Any]:
    there = [(place, row.spread.p50) for place, row in enumerate(rows) if row.spread]
    return {
        "type": "scatter", "mode": "markers", "x": [value for _, value in there], "y": [-place for place, _ in there],
        "text": [written(value) for _, value in there], "hovertemplate": "%{text}<extra></extra>", "showlegend": False,
        "marker": {"symbol": "line-ns", "size": 20, "line": {"color": colour, "width": 2}},
    }  # fmt: skip


def _dots(
    rows: Sequence[Strip], reach: tuple[float, float], colour: str, own: bool, written: Written
) -> dict[str, Any]:
    """Dots lie in three lanes, so that neighbours can be told apart; what lies beyond the axis is a triangle at it."""
    spots = [
        (value, -place + (0.0 if own else (number % 3 - 1) * 0.09))
        for place, row in enumerate(rows)
        for number, value in enumerate(row.dots)
    ]
    low, high = reach
    symbols = ["triangle-left" if v < low else "triangle-right" if v > high else "circle" for v, _ in spots]
    return {
        "type": "scatter", "mode": "markers", "cliponaxis": False, "showlegend": False,
        "x": [min(max(value, low), high) for value, _ in spots], "y": [spot for _, spot in spots],
        "text": [written(value) for value, _ in spots], "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": colour, "size": 9 if own else 5, "opacity": 1 if own else 0.55, "symbol": symbols},
    }  # fmt: skip


def course(
    of: Course,
    own: Sequence[float | None] | None,
    names: tuple[str, str],
    written: Written,
    theme: str,
    reach: tuple[float, float],
    chosen: bool,
    floor: float | None = None,
) -> Figure:
    """A type's median over the quarters in the bands between its deciles. `names`: of the median and of the own base;
    `reach`: of the value axis, the same in all types."""
    token = THEMES[theme]
    traces = [trace for low, high, colour in ((0, 8, "band-wide"), (2, 6, "band-narrow"))
              for trace in band(of.periods, of.deciles, low, high, token[colour])]  # fmt: skip
    median = [row[4] if row else None for row in of.deciles]
    strong = token["accent" if chosen and own is None else "similar"]
    traces.append(line(of.periods, median, names[0], strong, written, 2.25 if own is None else 1.25))
    if own is not None:
        traces.append(line(of.periods, own, names[1], token["accent"], written, 2.25))
    layout = base_layout(token, height=176, periods=of.periods)
    layout["yaxis"]["range"] = list(reach)
    if floor is not None and reach[0] <= floor <= reach[1]:
        layout["shapes"] = [
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": floor, "y1": floor,
             "line": {"color": token["worse"], "width": 1, "dash": "4px,3px"}}
        ]  # fmt: skip
    return {"data": traces, "layout": layout}


def funnel(
    found: PeerLimits, names: Sequence[str], addresses: Sequence[str], size_name: str, written: Written, theme: str,
    own: bool,
) -> Figure:  # fmt: skip
    """Every base that may be seen by its size and value, between the limits. `own`: they are the viewer's own, before
    the band in which the others' values lie."""
    token = THEMES[theme]
    traces: list[dict[str, Any]] = []
    for (low, high), width, dash in ((found.wide, 1.5, "solid"), (found.narrow, 1, "dot")):
        for edge in (low, high):
            traces.append(
                {"type": "scatter", "mode": "lines", "x": list(found.sizes), "y": list(edge), "hoverinfo": "skip",
                 "line": {"color": token["grey-line"], "width": width, "dash": dash}, "showlegend": False}
            )  # fmt: skip
    kinds = [point.against_peers for point in found.points]
    traces.append(
        {
            "type": "scatter", "mode": "markers", "showlegend": False,
            "x": [point.size for point in found.points], "y": [point.value for point in found.points],
            "text": [f"{name}: {written(point.value)}" for name, point in zip(names, found.points, strict=True)],
            "hovertemplate": "%{text}<extra></extra>", "customdata": list(addresses),
            "marker": {
                "color": [token["accent" if own else COLOURS[kind]] for kind in kinds],
                "symbol": [SYMBOLS[kind] for kind in kinds],
                "size": [11 if own else 7 if kind in ("similar", None) else 10 for kind in kinds],
                "opacity": [0.7 if kind in ("similar", None) and not own else 1 for kind in kinds],
            },
        }
    )  # fmt: skip
    layout = base_layout(token, height=340)
    layout["margin"] |= {"b": 44, "l": 52}
    layout["hovermode"] = "closest"
    layout["xaxis"] |= {
        "type": "log", "title": {"text": size_name, "font": {"size": 12, "color": token["muted"]}, "standoff": 8},
        "showline": True, "tickmode": "array", **_ticks(found),
    }  # fmt: skip
    layout["yaxis"]["nticks"] = 6
    across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": found.target, "y1": found.target}
    layout["shapes"] = [{**across, "line": {"color": token["ink"], "width": 1}}]
    if own:
        for low, high, colour in (("p5", "p95", "band-wide"), ("p25", "p75", "band-narrow")):
            edges = {"y0": getattr(found.spread, low), "y1": getattr(found.spread, high)}
            rectangle = {"type": "rect", "layer": "below", "xref": "paper", "x0": 0, "x1": 1, "line": {"width": 0}}
            layout["shapes"].append({**rectangle, **edges, "fillcolor": token[colour]})
    return {"data": traces, "layout": layout}


def _ticks(found: PeerLimits) -> dict[str, Any]:
    """1, 2, 5, 10 … within the sizes; 1, 3, 10 … where those would be too many for a phone to write side by side."""
    low, high = found.sizes[0], found.sizes[-1]
    steps = (1, 2, 5) if high / low < FEW_SIZES else (1, 3)
    ticks = [step * 10**power for power in range(-2, 10) for step in steps if low <= step * 10**power <= high]
    return {"tickvals": ticks, "ticktext": [f"{tick:,g}" for tick in ticks], "tickangle": 0} if ticks else {}
