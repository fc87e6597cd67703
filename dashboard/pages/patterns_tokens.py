"""Patterns: the scale of type, and every colour with the contrast it has."""

from dash import html

from dashboard import numbers, theme
from dashboard.components import Part
from dashboard.still import still
from dashboard.view import View

SIZES = (28, 20, 16, 14, 12)


def samples(shown: View) -> list[tuple[str, Part]]:
    return [("type", _type(shown)), ("colours", _colours(shown)), ("classes", _classes(shown))]


def _type(shown: View) -> list[Part]:
    return [
        html.P([shown.say("patterns.type_text"), html.Span(f" {size}", className="unit")], className=f"type-{size}")
        for size in SIZES
    ]


def _colours(shown: View) -> Part:
    """Both themes side by side; the swatch follows the theme that is on."""
    say = shown.say
    heads = ["", *(say(f"patterns.token.{name}") for name in ("name", "light", "dark", "needs", "holds"))]
    head = html.Tr([html.Td(""), *(html.Th(words, scope="col") for words in heads[1:])])
    rows = [_colour(shown, name) for name in theme.LIGHT]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="dense tokens")
    return html.Div(still(table), className="table-frame")


def _colour(shown: View, name: str) -> html.Tr:
    measured = [theme.contrast(tokens[name], tokens["paper"]) for tokens in theme.THEMES.values()]
    needed = theme.NEEDED.get(name)
    holds = needed is None or all(value >= needed for value in measured)
    cells = [
        f"{tokens[name]} · {numbers.plain(value, 2)}"
        for tokens, value in zip(theme.THEMES.values(), measured, strict=True)
    ]
    says = shown.say("patterns.token.area") if needed is None else f"✓ {shown.say('patterns.token.ok')}"
    return html.Tr(
        [
            html.Td(html.Span(className="token-swatch", style={"background": f"var(--{name})"})),
            html.Th(name, scope="row"),
            *(html.Td(words) for words in cells),
            html.Td(numbers.NONE if needed is None else f"{needed:g}"),
            html.Td(says if holds else f"✕ {shown.say('patterns.token.too_weak')}", className="" if holds else "past"),
        ]
    )


def _classes(shown: View) -> Part:
    """The classes of a map, each with the text that stands on it."""
    tiles = []
    for place in range(1, theme.CLASSES + 1):
        pairs = [
            numbers.plain(theme.contrast(tokens[f"on-class-{place}"], tokens[f"class-{place}"]), 1)
            for tokens in theme.THEMES.values()
        ]
        tiles.append(
            html.Span(
                [html.Span(str(place)), html.Span(" / ".join(pairs), className="value")],
                className=f"tile class-{place}",
            )
        )
    return html.Div(tiles, className="pattern-row")
