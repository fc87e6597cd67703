"""Where what a reason says can be seen: the charts of an indicator, what a score is made of, the returns, the case, the
ranking; else the base's page."""

from collections.abc import Callable

from dash import html

from dashboard import urls
from dashboard.urls import State
from dashboard.view import View
from indicators.definition import Definitions
from indicators.repository import Member, Publication
from indicators.verdicts.reasons import OF_ONE_QUARTER, Reason

Address = Callable[[str], str]
"""Code → the base's page with that indicator chosen."""
OF_RETURNS = ("missed", "missed_running", "open_errors", "in_review", "not_due", "not_in")
OF_CASE = ("false_data",)
OF_PLACE = ("year_rank",)
"""Rules whose evidence is no chart."""
OF_COURSE = ("decline", "slipping", "improving")
"""Rules about the base as a whole over the quarters."""
RETURNS_ID, SCORES_ID = "returns", "scores"
"""The parts of a base's page that show its returns, and its scores with their course over the quarters."""


def link(
    view: View, publication: Publication, member: Member, reason: Reason, definitions: Definitions, address: Address
) -> html.A | None:
    """The link to a reason's evidence; None where the reason is about the base as a whole."""
    found = _place(publication, member, reason, definitions, address)
    return _link(view, *found) if found else None


def of_base(
    view: View, publication: Publication, member: Member, reason: Reason | None, definitions: Definitions
) -> html.A:
    """The link to a reason's evidence from elsewhere than the base's page; without one, that page."""

    def address(code: str) -> str:
        return urls.build(urls.base_path(member.code), State(period=publication.period, code=code))

    found = _place(publication, member, reason, definitions, address) if reason else None
    kind, where = found or ("base", address(""))
    return _link(view, kind, where if not where.startswith("#") else address("") + where)


def _link(view: View, kind: str, where: str) -> html.A:
    return html.A(view.say(f"base.evidence.{kind}"), href=where, className="evidence-link")


def _place(
    publication: Publication, member: Member, reason: Reason, definitions: Definitions, address: Address
) -> tuple[str, str] | None:
    base, period = member.code, publication.period
    if reason.rule in OF_RETURNS:
        return "returns", f"#{RETURNS_ID}"
    if reason.rule in OF_COURSE:
        return "course", f"#{SCORES_ID}"
    if reason.rule in OF_CASE:
        return "case", urls.case_path(base, period)
    if reason.rule in OF_PLACE:
        return "peers", urls.build(urls.RANKINGS, State(period=period, type=member.type))
    if reason.rule in OF_ONE_QUARTER:
        return "quarters", urls.alone_path(base, period, reason.code)
    if reason.code in {indicator.code for indicator in definitions.of_type(member.type)}:
        return "indicator", address(reason.code)
    if reason.code in definitions.pillars or reason.code == definitions.method.index.code:
        return "score", urls.explain_path(base, period, reason.code)
    return None
