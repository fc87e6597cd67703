"""What a base's page knows of its cases: whether one can be opened, and findings of false data that stand."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, urls
from dashboard.components import Part
from dashboard.view import View
from indicators import repository
from indicators.cases import FALSE_DATA, NOTIFY, Case
from indicators.repository import Profile, Publication, cases


def known(shown: View, base: str) -> Sequence[Case]:
    return shown.ask_now(cases.cases_of, base) if shown.may(permissions.CASE) else ()


def may_open(shown: View, base: str, period: str) -> bool:
    """Whether the viewer can notify the base: it is their step, and there is a publication for it to rest on."""
    return shown.scope.everywhere and NOTIFY in shown.ask_now(cases.case, base, period).steps


def findings(shown: View, publication: Publication, found: Profile) -> Part:
    """The quarters whose data a person found false, where the finding stands; and whether what is shown counts it."""
    base, parts = found.member.code, []
    verdict = shown.ask(repository.verdicts, publication).get(base)
    counted = verdict is not None and any(reason.rule == FALSE_DATA for reason in verdict.reasons)
    for one in known(shown, base):
        if not one.false_data:
            continue
        words = [shown.say("verdict.false_data", quarter=numbers.quarter(one.period, shown.language))]
        if one.period[:4] == publication.period[:4] and one.period <= publication.period:
            words.append(shown.say("verdict.counted" if counted else "verdict.not_counted"))
        link = html.A(shown.say("verdict.to_case"), href=urls.case_path(base, one.period))
        mark = html.Span("■ ", **c.aria(hidden="true"))
        parts.append(html.P([mark, shown.say("list.space").join(words), " ", link], className="finding-stands"))
    return html.Div(parts) if parts else None
