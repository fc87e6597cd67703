"""The routes by which quarters are opened, moved and locked: each is a form of the page of quarters, which then tells what
was done."""

from datetime import date

from flask import Blueprint, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from dashboard import numbers, outcome, permissions, refused, urls
from dashboard.pages.quarters import next_quarters
from dashboard.view import View, engine, view
from etl import periods
from etl.mistake import Mistake
from etl.registry import Quarter, Registry, open_period
from etl.warehouse import writing
from indicators.scope import NotAllowed

quarters = Blueprint("quarters", __name__, url_prefix=urls.PERIODS)
quarters.register_error_handler(NotAllowed, refused.not_allowed)


class Fault(Mistake):
    """What cannot be done with a quarter; the text is the last part of its words' key."""


def _allowed() -> View:
    shown = view()
    if not shown.may(permissions.PERIODS):
        raise NotAllowed(permissions.PERIODS)
    return shown


@quarters.post("/open")
def opening() -> AnyResponse:
    """Opens a quarter, due on the given day or after the usual time."""
    return _step("open", _open)


def _open(connection: Connection, period: str, known: Quarter | None) -> Quarter:
    if known is not None:
        raise Fault("open_already")
    if period not in next_quarters(list(Registry(connection).quarters)):
        raise Fault("not_offered")
    return open_period(connection, period, _day(period) if request.form.get("due") else None)


@quarters.post("/due")
def due() -> AnyResponse:
    """Another due day."""
    return _step("due", _move)


def _move(connection: Connection, period: str, known: Quarter | None) -> Quarter:
    return open_period(connection, period, _day(period), _there(known).locked)


@quarters.post("/lock")
def locking() -> AnyResponse:
    return _step("lock", lambda connection, period, known: _locked(connection, period, known, True))


@quarters.post("/unlock")
def unlocking() -> AnyResponse:
    return _step("unlock", lambda connection, period, known: _locked(connection, period, known, False))


def _locked(connection: Connection, period: str, known: Quarter | None, locked: bool) -> Quarter:
    return open_period(connection, period, _there(known).due, locked)


def _there(known: Quarter | None) -> Quarter:
    if known is None:
        raise Fault("unknown")
    return known


def _day(period: str) -> date:
    """The due day that was chosen, which comes after the quarter."""
    try:
        day = date.fromisoformat(request.form.get("due", ""))
    except ValueError:
        raise Fault("no_day") from None
    if day <= periods.ends(period):
        raise Fault("too_early")
    return day


def _step(step: str, take) -> AnyResponse:
    """Takes a step with the named quarter, then tells on the page what came of it."""
    shown, period = _allowed(), request.form.get("period", "")
    try:
        if not periods.is_period(period):
            raise Fault("unknown")
        with writing(engine()) as connection:
            quarter = take(connection, period, Registry(connection).quarters.get(period))
    except Fault as fault:
        outcome.tell("", urls.PERIODS, shown.say(f"periods.fault.{fault}"), good=False)
    else:
        places = {"quarter": numbers.quarter(period, shown.language), "day": numbers.day(quarter.due, shown.language)}
        outcome.tell("", urls.PERIODS, shown.say(f"periods.done.{step}", **places))
    return redirect(urls.PERIODS, 303)
