"""What is answered when a route outside Dash refuses: a page in the product's frame that says why, who can help, and the
way back. A script gets the same words bare."""

from flask import Response, make_response, render_template, request
from flask_login import current_user

from dashboard import permissions, texts, urls, watching
from dashboard.states import role_refusal
from dashboard.view import language, theme_name, view


def not_allowed(error: Exception) -> Response:
    """For what lies outside the viewer's role or area; routes name a page that the role may not open."""
    shown = view()
    what = str(error)
    if permissions.who_may(what) and not shown.may(what):
        return _answer(403, *role_refusal(shown, what))
    return _answer(403, shown.say("empty.not_allowed"), shown.say(f"empty.who_grants.{shown.role}"))


def unknown(_: Exception) -> Response:
    """For an address with nothing behind it."""
    shown = view()
    return _answer(404, shown.say("empty.unknown_address"), shown.say("empty.unknown_address_help"))


def broken(_: Exception) -> Response:
    """For a fault of ours, signed in or not: the number by which it is found in the log."""
    say = texts.speaker(language())
    return _answer(500, say("empty.broken"), say("empty.broken_help", number=watching.number()))


def no_such_file(_: Exception) -> Response:
    """For a script or sheet that Dash does not have; anybody may ask."""
    return Response("", 404)


def _answer(status: int, title: str, text: str) -> Response:
    if "text/html" not in request.headers.get("Accept", ""):
        return Response(f"{title}. {text}", status, mimetype="text/plain")
    chosen = language()
    page = render_template(
        "refused.html",
        say=texts.speaker(chosen),
        lang=texts.HTML_LANG[chosen],
        theme=theme_name(),
        title=title,
        text=text,
        home=urls.home(getattr(current_user, "role", "")),
    )
    return make_response(page, status)
