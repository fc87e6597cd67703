"""Figures as plain dicts: building plotly's own objects would take most of a callback's time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.theme import FONT, SERIES, THEMES

Figure = dict[str, Any]
Written = Callable[[float | None], str]
"""How a value is written where the pointer rests."""

LOCALES = {
    "zh-CN": {
        "dictionary": {"Double-click to zoom back out": "双击还原", "Click to enter Plot title": ""},
        "format": {"days": [], "shortDays": [], "months": [], "shortMonths": [], "date": "%Y-%m-%d"},
    }
}


def graph_config(lang: str) -> dict[str, Any]:
    """The one configuration of all graphs: nothing leaves the machine, nothing floats over the chart."""
    return {
        "displayModeBar": False,
        "displaylogo": False,
        "showSendToCloud": False,
        "doubleClick": False,
        "responsive": True,
        "locale": lang,
        "locales": LOCALES,
    }


def lines(
    periods: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    names: Mapping[str, str],
    written: Written,
    theme: str,
    chosen: str = "",
) -> Figure:
    """One line a group over the quarters. `chosen`: the group in the accent; without one each has its own colour."""
    token = THEMES[theme]
    traces = []
    for place, (group, values) in enumerate(series.items()):
        colour = token[f"series-{place % SERIES + 1}"]
        if chosen:
            colour = token["accent" if group == chosen else "grey-line"]
        traces.append(
            _line(periods, values, names[group], colour, written, 2 if group == chosen or not chosen else 1.25)
        )
    return {"data": traces, "layout": quarters_layout(periods, token, height=176)}


def against_deciles(
    periods: Sequence[str],
    own: Sequence[float | None],
    deciles: Sequence[Sequence[float] | None],
    names: tuple[str, str],
    written: Written,
    theme: str,
    floor: float | None = None,
    height: int = 232,
) -> Figure:
    """A base's line over the bands between its peers' deciles. `names`: of the base, and of the peers' median."""
    token = THEMES[theme]
    traces = []
    for low, high, band in ((0, 8, "band-wide"), (2, 6, "band-narrow")):
        for edge, fill in ((low, None), (high, "tonexty")):
            values = [row[edge] if row else None for row in deciles]
            trace = {"type": "scatter", "mode": "lines", "x": list(periods), "y": values, "hoverinfo": "skip"}
            trace |= {"line": {"width": 0}, "showlegend": False}
            traces.append(trace | ({"fill": fill, "fillcolor": token[band]} if fill else {}))
    median = [row[4] if row else None for row in deciles]
    traces.append(_line(periods, median, names[1], token["similar"], written, 1.25, mark_last=False))
    traces.append(_line(periods, own, names[0], token["accent"], written, 2.25))
    layout = quarters_layout(periods, token, height)
    if floor is not None:
        layout["shapes"] = [
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": floor, "y1": floor,
                "line": {"color": token["worse"], "width": 1, "dash": "4px,3px"},
            }
        ]  # fmt: skip
    return {"data": traces, "layout": layout}


def _line(
    periods: Sequence[str],
    values: Sequence[float | None],
    name: str,
    colour: str,
    written: Written,
    width: float,
    mark_last: bool = True,
) -> dict[str, Any]:
    last = max((place for place, value in enumerate(values) if value is not None), default=-1)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(periods),
        "y": list(values),
        "text": [written(value) for value in values],
        "hovertemplate": "%{text}",
        "line": {"color": colour, "width": width},
        "marker": {"color": colour, "size": [7 if mark_last and place == last else 0 for place in range(len(values))]},
        "showlegend": False,
    }


def quarters_layout(periods: Sequence[str], token: Mapping[str, str], height: int) -> dict[str, Any]:
    """The layout of every chart whose axis is time."""
    years = [period for period in periods if period.endswith("Q1")]
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "automargin": False,
        "tickfont": {"size": 12, "color": token["muted"]},
    }
    return {
        "height": height,
        "margin": {"l": 44, "r": 12, "t": 8, "b": 24},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT.replace('"', ""), "size": 12, "color": token["ink"]},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": token["paper"], "bordercolor": token["line"], "font": {"color": token["ink"], "size": 12}},
        "xaxis": {
            **axis, "type": "category", "categoryorder": "array", "categoryarray": list(periods),
            "range": [-0.3, len(periods) - 0.7], "tickmode": "array", "tickvals": years,
            "ticktext": [period[:4] for period in years], "showgrid": False, "showline": True,
            "linecolor": token["line"], "ticks": "outside", "ticklen": 4, "tickcolor": token["line"],
        },
        "yaxis": {
            **axis, "nticks": 4, "gridcolor": token["line"], "gridwidth": 1, "rangemode": "normal",
            "separatethousands": True,
        },
    }  # fmt: skip
