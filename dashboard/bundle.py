"""What the browser loads beside Dash: the scripts and sheets of assets/ as one file each, and which of the libraries'
scripts a page begins with.

A file of its own costs a request with all its headers; there are over forty, and a page is drawn when the last has come.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from dashboard import urls

bundles = Blueprint("bundles", __name__)

ASSETS = Path(__file__).parent / "assets"
KINDS = {"js": "text/javascript", "css": "text/css"}
ALONE = r"^(paper|theme|plotly)\b"
"""Sheets to print ask for theirs themselves; the theme comes first of all; the chart library is large, and its version is
in its name."""
SUITES = "/_dash-component-suites"
CHART = f"{SUITES}/dash/dcc/async-graph.js"
GRID_PARTS = f"{SUITES}/dash_ag_grid/async-community.js"
UNUSED = ("/dash_table/",)
"""What Dash brings along and no page needs."""
_TAG = re.compile(r'<script src="([^"]+)"></script>')


@cache
def content(kind: str) -> str:
    """Every file of that kind, one after the other, each under its name."""
    files = [path for path in sorted(ASSETS.glob(f"*.{kind}")) if not re.match(ALONE, path.name)]
    return "\n".join(f"/* {path.name} */\n{path.read_text(encoding='utf-8')}" for path in files)


@cache
def address(kind: str) -> str:
    """Another one when the content is another, so that browsers may keep it."""
    return f"/bundle.{kind}?m={hashlib.sha256(content(kind).encode()).hexdigest()[:16]}"


@bundles.get("/bundle.<any(js, css):kind>")
def bundle(kind: str) -> Response:
    return Response(content(kind), mimetype=KINDS[kind])


def sheets(css: str) -> str:
    return f'{css}\n<link rel="stylesheet" href="{address("css")}">'


def scripts(given: str, path: str) -> str:
    """Dash's scripts without those that the page does not begin with; ours before Dash's renderer. A chart's
    part comes along, since it is small and nothing is drawn without it; the grid's, which is large, with a page that holds
    one."""
    found = [source for source in _TAG.findall(given) if not any(part in source for part in UNUSED)]
    rest = _TAG.sub("", given).strip()
    grid = [source for source in found if _is_grid(source)]
    first = [source for source in found if not _is_grid(source)]
    if urls.same_page(urls.RANKINGS, path):
        first += [*grid, GRID_PARTS]
    place = next((place for place, source in enumerate(first) if "/dash_renderer" in source), len(first))
    order = [*first[:place], address("js"), *first[place:], CHART]
    return "\n".join([*(f'<script src="{source}"></script>' for source in order), rest])


def grid_script(given: str) -> str:
    """The address of the grid's library, for a page that is reached later (assets/lazy-grid.js)."""
    return next((source for source in _TAG.findall(given) if _is_grid(source)), "")


def _is_grid(source: str) -> bool:
    return "/dash_ag_grid/" in source
