"""An indicator's charts as Dash's own documentation would have one write them: the whole plotly bundle, `go.Figure`, and
the data read by pandas from SQLite in each callback. It is what the indicator's page is held against.

Written to be fast within that: one callback draws all charts, from one query of the last quarters and one of the limits,
and answers are compressed. `python -m tests.bench.stock_app` serves it as the product is served.
"""

import sqlite3
import sys

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html

from dashboard.serving import Gunicorn, options
from etl.config import settings
from etl.form import load_form
from indicators.definition import load_definitions

FORM, DEFINITIONS = load_form(), load_definitions()
QUARTERS = 12
SHARES = [0.05, 0.25, 0.5, 0.75, 0.95]
OUTER, INNER = "#E4E8ED", "#C2CBD4"
NARROW = 1.96 / 3.09
"""The limits at 95 % beside those at 99.8 %."""

RESULTS = """
SELECT p.period, r.base, s.type, s.province, r.value, r.denominator
FROM result r JOIN standing s ON s.publication = r.publication AND s.base = r.base
JOIN publication p ON p.publication = r.publication
WHERE r.code = ? AND r.value IS NOT NULL AND p.period IN (SELECT DISTINCT period FROM publication ORDER BY period DESC LIMIT ?)
"""
LIMITS = """
SELECT base, target, lower, upper, against_peers FROM signal
WHERE code = ? AND kind = 'funnel' AND publication = (SELECT publication FROM publication ORDER BY period DESC LIMIT 1)
"""


def create_app(file: str, code: str) -> Dash:
    """The app on that SQLite file, with that indicator chosen at first."""
    app = Dash("stock", compress=True)
    kinds = DEFINITIONS.indicators[code].base_types
    names = {kind: FORM.types[kind].name.en for kind in kinds}
    indicators = {one.code: one.name.en for one in DEFINITIONS.indicators.values()}
    trends = [dcc.Graph(id=f"trend-{kind}") for kind in kinds]
    app.layout = html.Div(
        [
            html.H1("Indicators"),
            dcc.Dropdown(indicators, code, id="indicator", clearable=False),
            dcc.RadioItems(names, kinds[0], id="type"),
            dcc.Graph(id="types"),
            dcc.Graph(id="regions"),
            *trends,
            dcc.Graph(id="funnel"),
        ]
    )

    @app.callback(
        Output("types", "figure"),
        Output("regions", "figure"),
        *[Output(trend.id, "figure") for trend in trends],
        Output("funnel", "figure"),
        Input("indicator", "value"),
        Input("type", "value"),
    )
    def draw(indicator: str, kind: str) -> list[go.Figure]:
        return charts(file, indicator, kind, list(kinds))

    return app


def charts(file: str, indicator: str, kind: str, kinds: list[str]) -> list[go.Figure]:
    """The spread by type and by region, a trend for each type, and the funnel."""
    connection = sqlite3.connect(file)
    try:
        results = pd.read_sql(RESULTS, connection, params=(indicator, QUARTERS))
        limits = pd.read_sql(LIMITS, connection, params=(indicator,))
    finally:
        connection.close()
    results["region"] = results["province"].map({code: place.region for code, place in FORM.provinces.items()})
    last = results[results["period"] == results["period"].max()]
    of_kind = last[last["type"] == kind]
    return [
        strips(last, "type", "Spread by type"),
        strips(of_kind, "region", "Spread by region"),
        *[trend(results[results["type"] == one], FORM.types[one].name.en) for one in kinds],
        funnel(of_kind.merge(limits, on="base")),
    ]


def strips(rows: pd.DataFrame, by: str, title: str) -> go.Figure:
    points = rows.groupby(by)["value"].quantile(SHARES).unstack()
    figure = go.Figure()
    for low, high, colour in ((0.05, 0.95, OUTER), (0.25, 0.75, INNER)):
        figure.add_trace(
            go.Bar(
                y=points.index, base=points[low], x=points[high] - points[low], orientation="h", marker_color=colour,
                showlegend=False, hoverinfo="skip",
            )
        )  # fmt: skip
    tick = {"symbol": "line-ns", "size": 20, "line": {"width": 2, "color": "#1B2530"}}
    figure.add_trace(go.Scatter(x=points[0.5], y=points.index, mode="markers", marker=tick, name="Median"))
    figure.add_trace(
        go.Scatter(x=rows["value"], y=rows[by], mode="markers", marker_size=4, name="Bases", text=rows["base"])
    )
    return figure.update_layout(title=title, barmode="overlay")


def trend(rows: pd.DataFrame, title: str) -> go.Figure:
    points = rows.groupby("period")["value"].quantile([0.1, 0.3, 0.5, 0.7, 0.9]).unstack()
    figure = go.Figure()
    for low, high, colour in ((0.1, 0.9, OUTER), (0.3, 0.7, INNER)):
        figure.add_trace(go.Scatter(x=points.index, y=points[low], line_width=0, showlegend=False, hoverinfo="skip"))
        figure.add_trace(
            go.Scatter(
                x=points.index, y=points[high], line_width=0, fill="tonexty", fillcolor=colour, showlegend=False,
                hoverinfo="skip",
            )
        )  # fmt: skip
    figure.add_trace(go.Scatter(x=points.index, y=points[0.5], mode="lines+markers", name="Median"))
    return figure.update_layout(title=title)


def funnel(rows: pd.DataFrame) -> go.Figure:
    rows = rows.sort_values("denominator")
    figure = go.Figure()
    for share, dash in ((1.0, "solid"), (NARROW, "dot")):
        for limit in ("lower", "upper"):
            edge = rows["target"] + share * (rows[limit] - rows["target"])
            line = {"color": "#97A2AD", "dash": dash}
            figure.add_trace(go.Scatter(x=rows["denominator"], y=edge, mode="lines", line=line, showlegend=False))
    colours = np.where(rows["against_peers"] == "similar", "#6E7984", "#B3470F")
    figure.add_trace(
        go.Scatter(
            x=rows["denominator"],
            y=rows["value"],
            mode="markers",
            marker_color=colours,
            text=rows["base"],
            name="Bases",
        )
    )
    if len(rows):
        figure.add_hline(rows["target"].iloc[0])
    return figure.update_layout(title="Funnel", xaxis_type="log")


def main(file: str, code: str) -> None:
    Gunicorn(create_app(file, code).server, options(settings())).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
