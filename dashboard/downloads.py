"""Every table of the product as a file: /tables/NAME.xlsx and /tables/NAME.csv, with the same choices as its page."""

from collections.abc import Callable, Mapping
from io import BytesIO

from flask import Blueprint, Response, abort, request, send_file

from dashboard import audited, permissions, refused, table_files
from dashboard.pages import (
    audit,
    base,
    beside,
    flags,
    indicator,
    indicators,
    overview,
    overview_notes,
    overview_pillars,
    overview_places,
    rankings,
    region_table,
    regions,
    rug,
)
from dashboard.tables import Table
from dashboard.urls import State
from dashboard.view import View, view
from indicators.repository import Publication, UnknownBase
from indicators.scope import NotAllowed

downloads = Blueprint("downloads", __name__)
downloads.register_error_handler(NotAllowed, refused.not_allowed)
downloads.register_error_handler(UnknownBase, refused.unknown)
downloads.register_error_handler(404, refused.unknown)

Made = Callable[[View, State, Publication], Table]
TABLES: Mapping[str, tuple[str, Made]] = {
    "rankings": (permissions.RANKINGS, rankings.table),
    "rug": (permissions.RUG, rug.table),
    "beside": (permissions.BESIDE, beside.table),
    "indicators": (permissions.INDICATOR, indicators.table),
    "indicator": (permissions.INDICATOR, indicator.table),
    "regions": (permissions.REGION, regions.table),
    "region": (permissions.AREA, region_table.table),
    overview.TOTALS: (permissions.OVERVIEW, overview.totals_table),
    overview_places.PLACES: (permissions.OVERVIEW, overview_places.table),
    overview_pillars.PILLARS: (permissions.OVERVIEW, overview_pillars.table),
    overview_notes.ATTENTION: (permissions.OVERVIEW, overview_notes.attention_table),
    overview_notes.IMPROVED: (permissions.OVERVIEW, overview_notes.improved_table),
    overview.RETURNS: (permissions.OVERVIEW, overview.returns_table),
    flags.TABLE: (permissions.FLAGS, flags.table),
    base.TABLE: (permissions.BASE, base.table),
}
"""Name → (what one must be allowed to open, how the table is made of the choices in the address)."""
OF_NO_PUBLICATION: Mapping[str, tuple[str, Callable[[View, Mapping[str, str]], Table]]] = {
    audit.TABLE: (permissions.AUDIT, audited.file_table),
}
"""The same for tables whose rows no publication holds."""
KINDS = {
    "xlsx": (table_files.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (table_files.as_csv, "text/csv; charset=utf-8"),
}


@downloads.get("/tables/<name>.<kind>")
def table_file(name: str, kind: str) -> Response:
    """The file. 404 for an unknown table or base; NotAllowed (403) for who may not open its page, or asks for more."""
    if kind not in KINDS:
        abort(404)
    shown = view()
    if name in OF_NO_PUBLICATION:
        what, listed = OF_NO_PUBLICATION[name]
        _require(shown, what)
        return _file(shown, listed(shown, request.args), None, name, kind)
    if name not in TABLES:
        abort(404)
    what, made = TABLES[name]
    state = shown.state(request.args)
    publication = shown.publication(state)
    if publication is None:
        abort(404)
    _require(shown, what)
    return _file(shown, made(shown, state, publication), publication, f"{name}-{publication.code}", kind)


def _require(shown: View, what: str) -> None:
    if not shown.may(what):
        raise NotAllowed(what)


def _file(shown: View, table: Table, publication: Publication | None, name: str, kind: str) -> Response:
    write, mime = KINDS[kind]
    file = write(shown, table, publication)
    return send_file(BytesIO(file), mime, as_attachment=True, download_name=f"basewatch-{name}.{kind}")
