"""The routes beside Dash: the language, the tokens of the style."""

from flask import Blueprint, Response, make_response, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from dashboard import texts, theme, urls

routes = Blueprint("routes", __name__)


@routes.post("/language")
def change_language() -> AnyResponse:
    chosen = request.form.get("language")
    if chosen in texts.LANGUAGES:
        session["language"] = chosen
    return redirect(urls.next_place(request.args.get("next")))


@routes.get("/tokens.css")
def tokens() -> Response:
    response = make_response(theme.css())
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
