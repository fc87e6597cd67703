"""Reports on paper: a base's page and the quarter's bulletin, each as a sheet to print and as a document."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

from flask import Blueprint, Response, abort, render_template, request, send_file

from dashboard import permissions, refused, texts, urls
from dashboard.reports.as_docx import as_docx
from dashboard.reports.base_report import base_report
from dashboard.reports.bulletin import bulletin
from dashboard.reports.content import Report
from dashboard.view import View, view
from indicators.repository import Publication, UnknownBase
from indicators.scope import NotAllowed

reports = Blueprint("reports", __name__)
reports.register_error_handler(NotAllowed, refused.not_allowed)
reports.register_error_handler(UnknownBase, refused.unknown)
reports.register_error_handler(404, refused.unknown)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = ("html", "docx")


@reports.get(f"{urls.REPORTS}/bases/<base>.<kind>")
def of_base(base: str, kind: str) -> Response | str:
    """A base's report; 403 for another's base, 404 for none at all."""
    back = urls.base_path(base)
    return _answer(kind, permissions.BASE, lambda shown, one: base_report(shown, one, base), base, back)


@reports.get(f"{urls.REPORTS}/bulletin.<kind>")
def of_quarter(kind: str) -> Response | str:
    """The bulletin of what the viewer may see; a base has none."""
    return _answer(kind, permissions.BULLETIN, bulletin, "", urls.OVERVIEW)


def _answer(kind: str, what: str, made: Callable[[View, Publication], Report], base: str, back: str) -> Response | str:
    if kind not in KINDS:
        abort(404)
    shown = view()
    if not shown.may(what):
        raise NotAllowed(what)
    state = shown.state(request.args)
    publication = shown.publication(state)
    if publication is None:
        abort(404)
    shown = _in_language(shown, request.args.get("language"))
    report = made(shown, publication)
    if kind == "docx":
        return send_file(BytesIO(as_docx(report)), DOCX, as_attachment=True, download_name=f"{report.name}.docx")
    other = "zh" if shown.language == "en" else "en"
    period = f"?period={publication.period}&language="
    return render_template(
        "report.html",
        report=report,
        say=shown.say,
        lang=texts.HTML_LANG[shown.language],
        back=f"{back}?period={publication.period}",
        docx=f"{urls.report_path('docx', base)}{period}{shown.language}",
        other=f"{urls.report_path('html', base)}{period}{other}",
        other_lang=texts.HTML_LANG[other],
    )


def _in_language(shown: View, wanted: str | None) -> View:
    """A report can be asked for in the other language without changing one's own."""
    return replace(shown, language=wanted) if wanted in texts.LANGUAGES else shown
