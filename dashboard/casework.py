"""The route by which a case is moved: each step is one form of the case's page."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard import outcome, permissions, refused, urls
from dashboard.following import follow
from dashboard.view import View, engine, view
from etl import periods
from indicators.cases import FALSE_DATA, LIFT, NotPossible
from indicators.repository import UnknownBase
from indicators.repository import cases as repository
from indicators.scope import NotAllowed

casework = Blueprint("casework", __name__)

casework.register_error_handler(NotAllowed, refused.not_allowed)
casework.register_error_handler(UnknownBase, refused.unknown)


@casework.post(f"{urls.CASES}/<base>/<period>")
def step(base: str, period: str) -> AnyResponse:
    """Takes one step; the case's page then tells what came of it. What was written is kept when it was not taken."""
    shown = view()
    if not shown.may(permissions.CASE):
        raise NotAllowed(permissions.CASE)
    if not periods.is_period(period):
        raise UnknownBase(base)
    given = {name: request.form.get(name, "") for name in ("step", "text", "decision", "seen")}
    seen = int(given["seen"]) if given["seen"].isascii() and given["seen"].isdigit() else -1
    about = urls.case_path(base, period)
    try:
        repository.take(
            engine(), shown.scope, shown.name, base, period, given["step"], given["text"], seen, given["decision"],
            known=(given["decision"] or given["step"]) in request.form.getlist("known"),
        )  # fmt: skip
    except NotPossible as problem:
        outcome.tell(base, about, problem.message[shown.language], good=False, at=given["text"][: outcome.KEPT])
    else:
        outcome.tell(base, about, _done(shown, given["step"], period))
    return redirect(about, 303)


def _done(shown: View, step: str, period: str) -> str:
    """What was done. A finding of false data changes verdicts: the working figures follow at once, as after an acceptance.
    The finding stands whatever happens there."""
    words = shown.say(f"case.done.{step}")
    if step not in (FALSE_DATA, LIFT):
        return words
    problem = follow(engine(), period)
    return shown.say("list.space").join((words, shown.say("case.not_computed" if problem else "case.computed")))
