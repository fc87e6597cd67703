"""For those who watch the server: whether it is well (/health), and its numbers (/metrics)."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, jsonify, request

from dashboard import metrics
from dashboard.view import engine
from etl.config import Networks, settings
from etl.warehouse import OtherSchema, Unreachable, require

health = Blueprint("health", __name__)

OK, UNREACHABLE, OTHER, UNKNOWN = "ok", "unreachable", "other", "unknown"
BEARER = "Bearer "


@health.get("/health")
def well() -> tuple[Response, int]:
    """That this process answers, and whether the warehouse does and has this version's tables."""
    database, schema = _warehouse()
    answer = jsonify(alive=True, database=database, schema=schema)
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if schema == OK else 503


def _warehouse() -> tuple[str, str]:
    """(database, schema). Why is in nobody's answer: it would tell where the warehouse is."""
    try:
        require(engine())
    except OtherSchema:
        return OK, OTHER
    except Unreachable:
        return UNREACHABLE, UNKNOWN
    return OK, OK


@health.get("/metrics")
def numbers() -> Response:
    """For whom the settings name; for others there is no such address."""
    if not _may_ask():
        abort(404)
    return Response(metrics.counters().text(), content_type=metrics.CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _may_ask() -> bool:
    chosen, given = settings(), request.headers.get("Authorization", "")
    if chosen.metrics_token and given.startswith(BEARER):
        return hmac.compare_digest(given.removeprefix(BEARER).encode(), chosen.metrics_token.encode())
    return is_among(request.remote_addr, chosen.metrics_allow_ips)


def is_among(address: str | None, networks: Networks) -> bool:
    """Whether an address lies in one of the networks; not when it is none, as of a Unix socket."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None)
    return any((mapped or known) in network for network in networks)
