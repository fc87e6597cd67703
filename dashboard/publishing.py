"""The route by which an approver signs a publication."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard import outcome, permissions, refused, urls
from dashboard.view import engine, view
from indicators.publish import Refused
from indicators.repository.publications import sign
from indicators.scope import NotAllowed

publishing = Blueprint("publishing", __name__)
publishing.register_error_handler(NotAllowed, refused.not_allowed)
publishing.register_error_handler(LookupError, refused.unknown)

LONGEST = 2_000
"""Characters of a reason."""


@publishing.post(urls.SIGNING)
def signing() -> AnyResponse:
    """Signs; the list of publications then tells what came of it."""
    shown = view()
    if not shown.may(permissions.PUBLICATIONS):
        raise NotAllowed(permissions.PUBLICATIONS)
    name, reason = request.form.get("publication", ""), request.form.get("reason", "").strip()[:LONGEST]
    try:
        sign(engine(), shown.scope, shown.name, name, reason)
    except Refused:
        outcome.tell("", urls.PUBLICATIONS, shown.say("publications.not_done", name=name), good=False)
    else:
        outcome.tell("", urls.PUBLICATIONS, shown.say("publications.done", name=name))
    return redirect(urls.PUBLICATIONS, 303)
