"""Figures as plain dicts: building plotly's own objects would take most of a callback's time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.theme import FONT, SERIES, THEMES

Figure = dict[str, Any]
Written = Callable[[float | None], str]
"""How a value is written where the pointer rests."""

MARGIN = 0.08
"""Above and below the lines, as a share of their reach."""
LABEL = 13
"""The height of a line's key, in pixels."""

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
            line(periods, values, names[group], colour, written, 2 if group == chosen or not chosen else 1.25)
        )
    return {"data": traces, "layout": base_layout(token, 176, periods)}


def side_by_side(
    periods: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    names: Mapping[str, str],
    written: Written,
    theme: str,
) -> Figure:
    """A few lines, each with its key (a letter) at its end, so that colour is not alone in telling them apart."""
    figure = lines(periods, series, names, written, theme)
    known = [value for values in series.values() for value in values if value is not None]
    if not known:
        return figure
    low, high = min(known), max(known)
    reach = (high - low) or abs(high) or 1.0
    bottom, top = low - MARGIN * reach, high + MARGIN * reach
    layout = figure["layout"]
    layout["yaxis"]["range"] = [bottom, top]
    layout["margin"] = {**layout["margin"], "r": 24}
    height = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    ends = {key: [value for value in values if value is not None][-1:] for key, values in series.items()}
    at = _apart({key: (end[0] - bottom) / (top - bottom) * height for key, end in ends.items() if end}, LABEL, height)
    layout["annotations"] = [
        {
            "text": f"<b>{key}</b>", "xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": "paper", "y": 0,
            "yanchor": "middle", "yshift": place, "showarrow": False, "font": {"size": 12, "color": THEMES[theme]["ink"]},
        }
        for key, place in at.items()
    ]  # fmt: skip
    return figure


def _apart(places: Mapping[str, float], least: float, most: float) -> dict[str, float]:
    """The places in their order, moved so that they are `least` apart and none is above `most`."""
    found: dict[str, float] = {}
    last, ceiling = -least, most
    for key, place in sorted(places.items(), key=lambda pair: pair[1]):
        last = found[key] = max(place, last + least)
    for key in reversed(found):
        found[key] = min(found[key], ceiling)
        ceiling = found[key] - least
    return found


def against_deciles(
    periods: Sequence[str],
    own: Sequence[float | None],
    deciles: Sequence[Sequence[float] | None],
    names: tuple[str, str],
    written: Written,
    theme: str,
    floor: float | None = None,
) -> Figure:
    """A base's line over the bands between its peers' deciles. `names`: of the base, and of the peers' median."""
    token = THEMES[theme]
    traces = [*band(periods, deciles, 0, 8, token["band-wide"]), *band(periods, deciles, 2, 6, token["band-narrow"])]
    median = [row[4] if row else None for row in deciles]
    traces.append(line(periods, median, names[1], token["similar"], written, 1.25, mark_last=False))
    traces.append(line(periods, own, names[0], token["accent"], written, 2.25))
    layout = base_layout(token, 232, periods)
    if floor is not None:
        layout["shapes"] = [
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": floor, "y1": floor,
                "line": {"color": token["worse"], "width": 1, "dash": "4px,3px"},
            }
        ]  # fmt: skip
    return {"data": traces, "layout": layout}


def band(
    periods: Sequence[str], deciles: Sequence[Sequence[float] | None], low: int, high: int, colour: str
) -> list[dict[str, Any]]:
    """The area between two of the deciles, as two lines without ink."""
    traces = []
    for edge, fill in ((low, None), (high, "tonexty")):
        values = [row[edge] if row else None for row in deciles]
        trace = {"type": "scatter", "mode": "lines", "x": list(periods), "y": values, "hoverinfo": "skip"}
        trace |= {"line": {"width": 0}, "showlegend": False}
        traces.append(trace | ({"fill": fill, "fillcolor": colour} if fill else {}))
    return traces


def line(
    periods: Sequence[str],
    values: Sequence[float | None],
    name: str,
    colour: str,
    written: Written,
    width: float,
    mark_last: bool = True,
) -> dict[str, Any]:
    """A line over the quarters with its last point marked."""
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


def base_layout(token: Mapping[str, str], height: int, periods: Sequence[str] = ()) -> dict[str, Any]:
    """What all charts share; with `periods` the x axis is of quarters, labelled by their years."""
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
            **axis, "showgrid": False, "linecolor": token["line"], "ticks": "outside", "ticklen": 4,
            "tickcolor": token["line"], **(_quarters(periods) if periods else {}),
        },
        "yaxis": {
            **axis, "nticks": 4, "gridcolor": token["line"], "gridwidth": 1, "rangemode": "normal",
            "separatethousands": True,
        },
    }  # fmt: skip


def _quarters(periods: Sequence[str]) -> dict[str, Any]:
    years = [period for period in periods if period.endswith("Q1")]
    return {
        "type": "category", "categoryorder": "array", "categoryarray": list(periods), "showline": True,
        "range": [-0.3, len(periods) - 0.7], "tickmode": "array", "tickvals": years,
        "ticktext": [period[:4] for period in years],
    }  # fmt: skip
