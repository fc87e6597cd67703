"""The routes by which returns are reviewed: decisions with their progress, reminders, reopening, the quarter to take away.

Each asks what the role may do and hands the scope on; that the request comes from our own page the gate has seen to.
"""

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, send_file, stream_with_context
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from dashboard import collected, deciding, outcome, permissions, reader, refused, urls
from dashboard.following import follow
from dashboard.urls import State
from dashboard.view import View, engine, view
from etl import periods, returns
from etl.warehouse import reading
from indicators.repository import UnknownBase, collection, review
from indicators.repository.review import Chosen, Outcome
from indicators.scope import NotAllowed

reviewing = Blueprint("reviewing", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 5_000
"""Returns that are decided on in one go."""


reviewing.register_error_handler(NotAllowed, refused.not_allowed)
reviewing.register_error_handler(UnknownBase, refused.unknown)


def _allowed(what: str) -> View:
    shown = view()
    if not shown.may(what):
        raise NotAllowed(what)
    return shown


# Decisions -------------------------------------------------------------------------------------------------------------


@reviewing.post(urls.DECISIONS)
def decisions() -> Response:
    """Takes one step with the chosen returns, then computes what follows. Answers line by line, as JSON, how far it is:
    a line for each decision, then one when computing begins and one when it has ended."""
    shown = _allowed(permissions.REVIEW)
    step, reason = request.form.get("step", ""), request.form.get("reason", "")
    chosen = _chosen()
    outcomes = review.decide(engine(), shown.scope, shown.name, step, chosen, reason, reader.read)
    lines = _lines(engine(), shown, outcomes)
    return Response(stream_with_context(lines), mimetype="application/x-ndjson", headers={"X-Accel-Buffering": "no"})


def _chosen() -> list[Chosen]:
    """What was ticked, each once. Nonsense, which no page of ours sends, is refused as a whole."""
    given = request.form.getlist("chosen")
    try:
        chosen = list(dict.fromkeys(deciding.unpacked(text) for text in given))
    except ValueError:
        abort(400)
    if not chosen or len(chosen) > MOST or not all(periods.is_period(one.period) for one in chosen):
        abort(400)
    return chosen


def _lines(warehouse: Engine, shown: View, outcomes: Iterator[Outcome]) -> Iterator[str]:
    done: list[Chosen] = []
    computed = False
    try:
        for outcome in outcomes:
            if outcome.done:
                done.append(outcome.chosen)
            problem = outcome.problem[shown.language] if outcome.problem else None
            yield _line(base=outcome.chosen.base, period=outcome.chosen.period, problem=problem)
        if done:
            yield _line(computing=True)
        computed = True
        problem = _compute(warehouse, done)
        yield _line(computed=problem is None, problem=problem)
    finally:
        if done and not computed:  # whoever asked has gone; what was decided still counts
            _compute(warehouse, done)


def _line(**told: Any) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"


def _compute(warehouse: Engine, done: list[Chosen]) -> str | None:
    """Brings the results up to date with the decisions; what went wrong, else None."""
    return follow(warehouse, min(one.period for one in done)) if done else None


# Reopening and reminders -----------------------------------------------------------------------------------------------


@reviewing.post(urls.REOPENING)
def reopening() -> AnyResponse:
    """Lets one base send for a locked quarter until a day, for a reason; why not is told on the return's page."""
    shown = _allowed(permissions.REVIEW)
    base, period = request.form.get("base", ""), request.form.get("period", "")
    try:
        until = date.fromisoformat(request.form.get("until", ""))
        review.reopen(engine(), shown.scope, shown.name, base, period, until, request.form.get("reason", ""))
    except (ValueError, returns.NotPossible) as problem:
        known = problem.message[shown.language] if isinstance(problem, returns.NotPossible) else None
        outcome.tell(base, period, known or shown.say("review.reopen_no_day"), good=False)
        return redirect(f"{urls.return_path(base, period)}#told", 303)
    return redirect(f"{urls.return_path(base, period)}?reopened=1", 303)


@reviewing.post(urls.REMINDERS)
def reminders() -> AnyResponse:
    """Notes that the chosen bases were reminded, and goes back to the board."""
    shown = _allowed(permissions.BOARD)
    period, bases = request.form.get("period", ""), list(dict.fromkeys(request.form.getlist("base")))
    noted = review.remind(engine(), shown.scope, shown.name, period, bases)
    back = request.form.get("next", "")
    board = back if urls.is_local(back) else urls.build(urls.BOARD, State(period=period))
    return redirect(f"{board}{'&' if '?' in board else '?'}noted={noted}#reminders", 303)


# The collection --------------------------------------------------------------------------------------------------------


@reviewing.get(urls.COLLECTION)
def quarter_file() -> AnyResponse:
    """Every return of a quarter that the viewer may see, as a workbook."""
    shown = _allowed(permissions.BOARD)
    period = request.args.get("period", "") or shown.quarter
    with reading(engine()) as connection:
        if period not in {quarter.period for quarter in collection.returns.opened(connection, shown.scope)}:
            abort(404)
        state = shown.state(request.args)
        found = collection.collect(connection, shown.scope, period, state.type, state.area)
    content = collected.workbook(found, shown, state)
    return send_file(
        BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"returns-{period}.xlsx", etag=False
    )
