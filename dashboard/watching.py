"""Every request gets a number, and is logged and counted once it is answered: by the route's pattern, never its address."""

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from dashboard import logs, metrics
from dashboard.view import ENGINE

UNKNOWN = "unknown"
"""The route of a request that none answers."""
OTHER = "other"
"""A method that is none of HTTP's own."""
QUIET = ("/assets/", "/_dash-component-suites/", "/bundle.", "/health", "/metrics", "/tokens.css", "/_favicon")
"""Routes that are asked for all the time, and told of only where something is wrong."""
DIGITS = 10


def watch(server: Flask) -> None:
    """To be called first: what is registered first is asked first, and sees the answer last."""
    metrics.register(server, lambda: server.extensions[ENGINE])
    server.before_request(_begin)
    server.after_request(_end)


def number() -> str:
    """That of the request, by which its lines in the log are found; empty outside a request."""
    return _fields().get("request", "") if has_request_context() else ""


def note_page(path: str) -> None:
    """Which page a request of Dash draws, by the pattern of its address: all of them have one route."""
    if has_request_context():
        _fields()["page"] = path


def _fields() -> dict[str, Any]:
    return g.setdefault(logs.OF_THE_REQUEST, {})


def _begin() -> None:
    g.began = time.perf_counter()
    method = request.method if request.method in metrics.METHODS else OTHER
    # Digits, because people read it out to each other.
    _fields().update(request=str(secrets.randbelow(10**DIGITS)).zfill(DIGITS), method=method, route=_route())


def _route() -> str:
    return request.url_rule.rule if request.url_rule else UNKNOWN


def _end(response: Response) -> Response:
    if "began" not in g:  # not all began: an error came before
        return response
    seconds, told = time.perf_counter() - g.began, _fields()
    page, status, counters = told.get("page", ""), response.status_code, metrics.counters()
    counters.requests.labels(told["method"], told["route"], page, str(status)).inc()
    counters.seconds.labels(told["route"], page).observe(seconds)
    logs.tell("request", _level(told["route"], status), status=status, ms=round(seconds * 1000, 1))
    response.headers["X-Request-ID"] = told["request"]
    return response


def _level(route: str, status: int) -> int:
    if status >= 500:
        return logging.ERROR
    return logging.DEBUG if route.startswith(QUIET) and status < 400 else logging.INFO
