"""The routes beside Dash: signing in and out, the language, the tokens of the style."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from dashboard import accounts, metrics, texts, theme, urls
from dashboard.view import engine, language, theme_name
from etl.form import load_form
from etl.warehouse import reading

routes = Blueprint("routes", __name__)


@routes.get("/login")
def sign_in() -> str:
    return _form()


@routes.post("/login")
def signed_in() -> AnyResponse | tuple[str, int]:
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    with reading(engine()) as connection:
        account = accounts.verify(connection, name[:80], password[:1000])
    metrics.tried_to_sign_in(account is not None)
    if account is None:
        return _form(wrong=True, name=name[:80]), 401
    chosen = session.get("language")
    session.clear()  # nothing of before signing in is carried over, but the language
    if chosen:
        session["language"] = chosen
    login_user(account)
    session.permanent = True
    return redirect(_next())


@routes.post("/logout")
def signed_out() -> AnyResponse:
    chosen = session.get("language")
    logout_user()
    session.clear()
    if chosen:
        session["language"] = chosen
    return redirect(urls.LOGIN)


@routes.post("/language")
def change_language() -> AnyResponse:
    chosen = request.form.get("language")
    if chosen in texts.LANGUAGES:
        session["language"] = chosen
    return redirect(_next())


@routes.get("/tokens.css")
def tokens() -> Response:
    response = make_response(theme.css())
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _next() -> str:
    """Where to go on: only ever a place on this site."""
    wanted = request.args.get("next")
    return wanted if wanted and urls.is_local(wanted) else urls.OVERVIEW


def _form(wrong: bool = False, name: str = "") -> str:
    chosen = language()
    return render_template(
        "login.html",
        say=texts.speaker(chosen),
        lang=texts.HTML_LANG[chosen],
        theme=theme_name(),
        programme=load_form().programme.name[chosen],
        next=_next(),
        other="zh" if chosen == "en" else "en",
        wrong=wrong,
        name=name,
    )
