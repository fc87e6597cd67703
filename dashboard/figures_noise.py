"""Figures that tell signal from noise: the process chart of one series, and the funnel of a base among its peers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures import Figure, Written, base_layout
from dashboard.theme import THEMES
from indicators.repository.positions import Position

HEIGHT = 168
CALM, UP, DOWN = "circle", "triangle-up", "triangle-down"
SIZES = {CALM: 5, UP: 11, DOWN: 11}
TONES = {"none": "accent", "improvement": "better", "concern": "worse"}
"""Judgement → token of a mark's colour; the shape says in which direction a cause points."""


@dataclass(frozen=True)
class Mark:
    """One point of a process chart. `shape`: CALM, UP or DOWN; `label`: the cause in a word, where it is written."""

    period: str
    value: float | None
    shape: str
    judgement: str
    words: str
    label: str = ""


def process(
    marks: Sequence[Mark], limits: tuple[float, float, float], names: Sequence[str], written: Written, theme: str
) -> Figure:
    """`limits`: lower, mean, upper, and their names at the right edge."""
    token, periods = THEMES[theme], [mark.period for mark in marks]
    lower, mean, upper = limits
    layout = base_layout(token, HEIGHT, periods)
    layout["margin"]["r"] = 48
    layout["shapes"] = [
        _line(mean, token["similar"], "solid"),
        _line(lower, token["ink"], "5px,3px"),
        _line(upper, token["ink"], "5px,3px"),
    ]
    layout["annotations"] = [
        _edge(value, words, token["muted"])
        for value, words in zip(limits, names, strict=True)
        if lower < upper or words == names[1]
    ]
    layout["annotations"] += [_word(mark, at, len(marks), token) for at, mark in enumerate(marks) if mark.label]
    layout["yaxis"]["range"] = _room([*limits, *(mark.value for mark in marks if mark.value is not None)])
    points: dict[str, Any] = {
        "type": "scatter", "mode": "lines+markers", "x": periods, "y": [mark.value for mark in marks],
        "customdata": [f"{written(mark.value)} {mark.words}".strip() for mark in marks],
        "hovertemplate": "%{customdata}<extra></extra>", "showlegend": False, "cliponaxis": False,
        "line": {"color": token["grey-line"], "width": 1.25},
        "marker": {
            "symbol": [mark.shape for mark in marks], "size": [SIZES[mark.shape] for mark in marks], "opacity": 1,
            "color": [token[TONES[mark.judgement]] for mark in marks],
        },
    }  # fmt: skip
    return {"data": [points], "layout": layout}


def _word(mark: Mark, place: int, number: int, token: Mapping[str, str]) -> dict[str, Any]:
    """A mark's word: at the edge to which the mark points, where no line runs."""
    anchor = "left" if place < number / 5 else "right" if place > number * 4 / 5 else "center"
    font = {"size": 11, "color": token["ink"]}
    edge = {"y": 0, "yanchor": "bottom"} if mark.shape == DOWN else {"y": 1, "yanchor": "top"}
    return {
        "x": mark.period,
        "yref": "paper",
        "text": mark.label,
        "xanchor": anchor,
        "showarrow": False,
        "font": font,
    } | edge


def _line(value: float, colour: str, dash: str) -> dict[str, Any]:
    line = {"color": colour, "width": 1, "dash": dash}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line, "layer": "below"}


def _edge(value: float, words: str, colour: str) -> dict[str, Any]:
    """A word beside the right end of a line."""
    font = {"size": 11, "color": colour}
    return {"xref": "paper", "x": 1, "y": value, "text": words, "xanchor": "left", "showarrow": False, "font": font}


def _room(values: Sequence[float]) -> list[float]:
    """An axis with some air, in which marks and words have their place."""
    low, high = min(values), max(values)
    air = 0.24 * (high - low) or max(1.0, abs(high)) * 0.1
    return [low - air, high + air]


# The funnel ------------------------------------------------------------------------------------------------------------


def funnel(
    found: Position, name: str, names: Mapping[str, str], written: Written, theme: str, axis_title: str
) -> Figure:
    """The base's dot between the limits, the peers that the viewer may see, and beside them how all values are spread.
    `names`: of the limits and the target, by their field; of each peer, by its code."""
    token, sizes = THEMES[theme], list(found.sizes)
    traces = [
        *(_limit(sizes, [getattr(one, side + "_998") for one in found.curves], token["ink"], "5px,3px") for side in SIDES),
        *(_limit(sizes, [getattr(one, side + "_95") for one in found.curves], token["similar"], "1.5px,2.5px") for side in SIDES),
        _limit([sizes[0], sizes[-1]], [found.target] * 2, token["similar"], "solid"),
    ]  # fmt: skip
    traces.append(
        {
            "type": "scatter", "mode": "markers", "x": [one.size for one in found.others],
            "y": [one.value for one in found.others], "showlegend": False, "hovertemplate": "%{customdata}<extra></extra>",
            "customdata": [f"{names[one.member.code]}: {written(one.value)}" for one in found.others],
            "marker": {"symbol": "circle-open", "size": 5, "color": token["similar"], "line": {"width": 1}},
        }
    )  # fmt: skip
    traces.append(
        {
            "type": "scatter", "mode": "markers", "x": [found.size], "y": [found.value], "showlegend": False,
            "customdata": [f"{name}: {written(found.value)}"], "hovertemplate": "%{customdata}<extra></extra>",
            "marker": {"size": 11, "color": token["accent"], "line": {"width": 1.5, "color": token["paper"]}},
        }
    )  # fmt: skip
    return {"data": traces, "layout": _funnel_layout(found, names, token, axis_title)}


SIDES = ("lower", "upper")
FEW_TENS = 300
STRIP = {"xref": "paper", "xsizemode": "pixel", "xanchor": 1, "x0": 4, "x1": 14}
"""Where the peers' spread stands: beside the plot, however wide that is."""
BESIDE_STRIP = 16
NEAR = 0.1
"""Words at the right edge that are nearer than this share of the height would stand on each other."""


def _limit(sizes: Sequence[float], values: Sequence[float], colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(sizes), "y": list(values), "hoverinfo": "skip", "showlegend": False,
        "line": {"color": colour, "width": 1, "dash": dash},
    }  # fmt: skip


def _funnel_layout(found: Position, names: Mapping[str, str], token: Mapping[str, str], title: str) -> dict[str, Any]:
    layout = base_layout(token, HEIGHT + 16)
    shown = [found.value, *(one.value for one in found.others), found.limits.lower_998, found.limits.upper_998]
    shown += [found.spread.p5, found.spread.p95] if found.spread else []
    layout["hovermode"] = "closest"
    layout["margin"] |= {"r": 64, "b": 40}
    axis = layout["yaxis"]
    layout["xaxis"] = {
        **axis, "type": "log", "showgrid": False, "showline": True, "linecolor": token["line"], "ticks": "outside",
        "ticklen": 4, "tickcolor": token["line"], **_ticks(found.sizes[0], found.sizes[-1]),
        "title": {"text": title, "font": {"size": 11, "color": token["muted"]}, "standoff": 4},
    }  # fmt: skip
    low, high = _room(shown)
    layout["yaxis"]["range"] = [max(low, min(0.0, *shown)), high]
    last, room = found.curves[-1], NEAR * (high - low)
    ends = [("upper_998", last.upper_998), ("lower_998", last.lower_998)]
    told = [("target", found.target), *(end for end in ends if abs(end[1] - found.target) > room)]
    layout["annotations"] = [_named(value, names[field], token["muted"]) for field, value in told]
    layout["shapes"] = _strip(found, token)
    return layout


def _ticks(low: float, high: float) -> dict[str, Any]:
    """Round sizes, of which a few are enough: 1, 2, 5, 10 … or only the tens."""
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    wanted = (1, 2, 5) if high / low < FEW_TENS else (1,)
    places = [step * 10**ten for ten in tens for step in wanted if low <= step * 10**ten <= high]
    return {"tickmode": "array", "tickvals": places, "ticktext": [f"{place:,g}" for place in places]}


def _named(value: float, words: str, colour: str) -> dict[str, Any]:
    return _edge(value, words, colour) | {"xshift": BESIDE_STRIP}


def _strip(found: Position, token: Mapping[str, str]) -> list[dict[str, Any]]:
    """How the values of all peers are spread: nine in ten, half, the median."""
    if found.spread is None:
        return []
    bands = [(found.spread.p5, found.spread.p95, "band-wide"), (found.spread.p25, found.spread.p75, "band-narrow")]
    shapes = [
        {"type": "rect", **STRIP, "y0": low, "y1": high,
         "fillcolor": token[tone], "line": {"width": 0}}
        for low, high, tone in bands
    ]  # fmt: skip
    median = {"type": "line", **STRIP, "y0": found.spread.p50, "y1": found.spread.p50}
    return [*shapes, median | {"line": {"color": token["similar"], "width": 2}}]
