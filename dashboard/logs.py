"""The log: one line an event on standard error, for programs (LOG_FORMAT=json) or people (text).

What it may hold is listed here: names, addresses, passwords, query strings and figures are not among it. So a line of
another library is told by its logger and place, and an error by its kinds and the places that it went through, never by
its own words: those repeat values (a statement's parameters, a key that is not there).
"""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import g, has_request_context

from etl.config import ROOT

FIELDS = ("request", "method", "route", "page", "status", "ms", "error", "trace", "logger", "said", "at")
"""All that can stand in a line, besides time, level and event."""
OF_THE_REQUEST = "log_fields"
"""Where in flask.g the request's own fields are."""
LOGGER = logging.getLogger("basewatch")

WORDS_OF_GUNICORN = (
    "Starting gunicorn", "Listening at", "Using worker", "Booting worker", "Handling signal", "Shutting down", "Worker ",
    "WORKER TIMEOUT", "Connection in use", "Retrying in", "Can't connect to",
)  # fmt: skip
"""How its lines begin that tell of its processes only."""
BEGINNINGS_OF_GUNICORN = ("Invalid request", "Error handling request", "Socket error")
"""Of these lines no more than the beginning is kept: an address follows, or what was asked for."""


def set_up(form: str, level: str) -> None:
    """Sends all logs of this process to standard error. `form`: json or text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # of other libraries
    LOGGER.setLevel(level.upper())
    logging.captureWarnings(True)


def formatter(form: str) -> logging.Formatter:
    return Lines() if form == "text" else Objects()


def tell(event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Logs an event. Raises ValueError for a field that is not in FIELDS: what a log holds is decided there."""
    if unknown := fields.keys() - set(FIELDS):
        raise ValueError(f"no log holds {', '.join(sorted(unknown))}; dashboard/logs.py lists what it may hold")
    LOGGER.log(level, event, extra={"fields": fields})


class Objects(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(entry(record), ensure_ascii=False)


class Lines(logging.Formatter):
    """For people: time, level, event, then name=value; the places of an error below it."""

    def format(self, record: logging.LogRecord) -> str:
        told = entry(record)
        trace = told.pop("trace", [])
        head = f"{told.pop('time')} {told.pop('level'):<7} {told.pop('event')}"
        line = " ".join([head, *(f"{name}={value}" for name, value in told.items())])
        return "\n    ".join([line, *trace])


def entry(record: logging.LogRecord) -> dict[str, Any]:
    """What is told of a record."""
    ours = getattr(record, "fields", None)
    told: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": record.getMessage() if ours is not None else "error" if record.exc_info else "message",
    }
    if has_request_context():
        told |= g.get(OF_THE_REQUEST, {})
    told |= _of_another(record) if ours is None else ours
    if record.exc_info and record.exc_info[1] is not None:
        told["error"] = " < ".join(_kinds(record.exc_info[1]))
        told["trace"] = list(_places(record.exc_info[1]))
    return told


def _of_another(record: logging.LogRecord) -> dict[str, Any]:
    """Of a line that another library wrote: where it comes from, and its words where they tell of processes only."""
    if record.name.startswith("gunicorn."):
        text = record.getMessage()
        kept = [text] if text.startswith(WORDS_OF_GUNICORN) else []
        kept += [words for words in BEGINNINGS_OF_GUNICORN if text.startswith(words)]
        if kept:
            return {"logger": record.name, "said": kept[0]}
    return {"logger": record.name, "at": f"{record.module}:{record.lineno}"}


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what led to it."""
    known: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in known:
        known.append(step)
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return iter(known)


def _kinds(error: BaseException) -> list[str]:
    return [f"{type(step).__module__}.{type(step).__qualname__}".removeprefix("builtins.") for step in _chain(error)]


def _places(error: BaseException) -> Iterator[str]:
    """ "dashboard/app.py:231 layout", from the outside in; first of what led to the error, like Python's own."""
    for step in reversed(list(_chain(error))):
        yield from _places_of(step.__traceback__)


def _places_of(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_qualname}"
        trace = trace.tb_next


def _short(name: str) -> str:
    """A file of ours from the root, one of a library from its package."""
    path = Path(name)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
