"""Puts the server together: the gate first, then the routes, then Dash with its pages."""

import re
from collections.abc import Callable
from typing import Any

import dash
from dash import Dash, dcc, html
from dash.exceptions import DependencyException
from flask import Flask, abort, current_app, request
from flask_compress import Compress
from flask_login import LoginManager
from sqlalchemy import Engine

from dashboard import beyond, bundle, callbacks, permissions, phrases, refused, security, sign_ins, states, texts, urls
from dashboard.administering import administering
from dashboard.casework import casework
from dashboard.compressed import keep_compressed
from dashboard.downloads import downloads
from dashboard.explainer import explainer
from dashboard.frame import page
from dashboard.health import health
from dashboard.help_file import load_help
from dashboard.kept import put_in
from dashboard.pages import (
    accounts,
    audit,
    base,
    base_return,
    beside,
    board,
    case,
    cases,
    compare,
    explain,
    explain_change,
    flags,
    help,
    indicator,
    indicators,
    method,
    overview,
    patterns,
    peers,
    publications,
    rankings,
    region,
    regions,
    review,
    rug,
    simulation,
    whatif,
)
from dashboard.pages import (
    quarters as quarters_page,
)
from dashboard.publishing import publishing
from dashboard.quarters import quarters
from dashboard.reports import reports
from dashboard.reviewing import reviewing
from dashboard.routes import routes
from dashboard.search import searching
from dashboard.sending import sending
from dashboard.signing_in import signing_in, who
from dashboard.urls import State
from dashboard.view import ENGINE, language, theme_name, view
from dashboard.watching import note_page, watch
from etl.config import settings
from etl.warehouse import connect
from indicators.scope import NotAllowed

FORM_BYTES = 1_000_000
"""The most a request may carry; the routes for returns have limits of their own."""

DEEPEST = 9
VIEWS: tuple[tuple[str, str, Callable], ...] = (
    (permissions.OVERVIEW, urls.OVERVIEW, overview.render),
    (permissions.RANKINGS, urls.RANKINGS, rankings.render),
    (permissions.WHAT_IF, urls.WHAT_IF, whatif.render),
    (permissions.RUG, urls.RUG, rug.render),
    (permissions.BESIDE, urls.BESIDE, beside.render),
    (permissions.FLAGS, urls.FLAGS, flags.render),
    (permissions.BASE, base.PATH, base.render),
    (permissions.BOARD, urls.BOARD, board.render),
    (permissions.REVIEW, urls.REVIEW, review.render),
    (permissions.RETURN, base_return.PATH, base_return.render),
    (permissions.PEERS, peers.PATH, peers.render),
    (permissions.CASES, urls.CASES, cases.render),
    (permissions.CASE, case.PATH, case.render),
    (permissions.INDICATOR, urls.INDICATORS, indicators.render),
    (permissions.INDICATOR, indicator.PATH, indicator.render),
    (permissions.METHOD, urls.METHOD, method.render),
    (permissions.SIMULATION, urls.SIMULATION, simulation.render),
    (permissions.PUBLICATIONS, urls.PUBLICATIONS, publications.render),
    (permissions.COMPARE, urls.COMPARE, compare.render),
    (permissions.EXPLAIN, explain.PATH, explain.render),
    (permissions.EXPLAIN, explain_change.PATH, explain_change.render),
    (permissions.REGION, urls.REGIONS, regions.render),
    (permissions.AREA, region.PATH, region.render),
    (permissions.HELP, urls.HELP, help.render),
    (permissions.ACCOUNTS, urls.ACCOUNTS, accounts.render),
    (permissions.PERIODS, urls.PERIODS, quarters_page.render),
    (permissions.AUDIT, urls.AUDIT, audit.render),
)

DEVELOPMENT_VIEWS = ((permissions.PATTERNS, urls.PATTERNS, patterns.render),)
"""Pages for those who build the product; without the setting DEVELOPMENT their addresses are unknown."""

# Without Dash's own remarks for Internet Explorer, whose script the content policy would have to name, and without its
# cards for social networks, which repeat the address.
INDEX = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{theme}" data-ag-theme-mode="{theme}" data-grid="{grid}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/assets/favicon.svg">
<script src="/assets/theme.js"></script>
<link rel="stylesheet" href="/tokens.css">
{css}
</head>
<body>
{app_entry}
<div>{config}{scripts}{renderer}</div>
</body>
</html>"""


class Basewatch(Dash):
    """Dash with the viewer's language and theme on the page's root, so that the first paint is right."""

    def interpolate_index(
        self, metas="", title="", css="", config="", scripts="", app_entry="", favicon="", renderer=""
    ) -> str:
        return INDEX.format(
            lang=texts.HTML_LANG[language()],
            theme=theme_name(),
            title=title,
            css=bundle.sheets(css),
            config=config,
            scripts=bundle.scripts(scripts, request.path),
            grid=bundle.grid_script(scripts),
            app_entry=app_entry,
            renderer=renderer,
        )


def create_app(warehouse: Engine | None = None, secret_key: str | None = None) -> Basewatch:
    """The whole application; `app.server` is the WSGI callable. Raises ValueError without a secret key, CatalogueError
    for a mistake in the help file."""
    if not secret_key:
        raise ValueError(
            "SECRET_KEY is not set; set it to a long random text, kept secret and the same for all workers"
        )
    load_help()  # so that a mistake in it is told now, and not to a reader
    server = _server(warehouse or connect(), secret_key)
    dash.page_registry.clear()
    app = Basewatch(
        "dashboard",
        server=server,  # type: ignore[arg-type]  # Dash takes a Flask server, its annotation says otherwise
        use_pages=True,
        pages_folder="",
        assets_folder="assets",
        assets_ignore=r"^(?!plotly)",  # the others come as one file, or are asked for by the pages themselves
        compress=False,  # ours comes first, with the types of our own routes
        suppress_callback_exceptions=True,  # pages bring the callbacks' parts; a test checks that each exists
        update_title="",
        title="Basewatch",
        on_error=_raise_http,
    )
    for what, path, render in (*VIEWS, *(DEVELOPMENT_VIEWS if settings().development else ())):
        # A part of an address may hold a slash to Dash, which takes the first page that fits: the longest come first.
        where: dict[str, Any] = {"path_template": path} if "<" in path else {"path": path}
        where["order"] = DEEPEST - path.count("/")
        dash.register_page(f"{what} {path}", layout=_guarded(what, path, render), title=_title(what), **where)
    dash.register_page("not_found_404", path="/not-found", layout=_unknown, title=_title("unknown"))
    app.layout = _layout
    server.extensions[callbacks.CALLBACK_MAP] = app.callback_map
    _warm_up(app)
    return app


def _server(warehouse: Engine, secret_key: str) -> Flask:
    server = Flask("dashboard")
    server.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_NAME="basewatch",
        SESSION_COOKIE_SECURE=(settings().public_url or "").startswith("https:"),
        PERMANENT_SESSION_LIFETIME=sign_ins.longest(),
        MAX_CONTENT_LENGTH=FORM_BYTES,
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "application/json",
            "application/javascript",
            "text/javascript",
            "image/svg+xml",
        ],
    )
    server.extensions[ENGINE] = warehouse
    manager = LoginManager(server)
    manager.user_loader(who)
    watch(server)
    security.guard(server)
    server.jinja_env.filters["phrases"] = phrases.marked_up
    Compress(server)
    keep_compressed(server, security.FOR_EVER)
    put_in(server)
    server.register_blueprint(bundle.bundles)
    server.register_error_handler(NotAllowed, refused.not_allowed)
    server.register_error_handler(DependencyException, refused.no_such_file)
    server.register_blueprint(routes)
    server.register_blueprint(signing_in)
    server.register_blueprint(health)
    server.register_error_handler(500, refused.broken)
    server.register_blueprint(sending)
    server.register_blueprint(reviewing)
    server.register_blueprint(casework)
    server.register_blueprint(publishing)
    server.register_blueprint(downloads)
    server.register_blueprint(explainer)
    server.register_blueprint(reports)
    server.register_blueprint(searching)
    server.register_blueprint(administering)
    server.register_blueprint(quarters)
    return server


def _layout() -> html.Div:
    return html.Div([dcc.Location(id="address", refresh="callback-nav"), dash.page_container])


def _guarded(what: str, path: str, render: Callable) -> Callable:
    """A page's layout function: who may not open it, or asks for what is not theirs, is told who can help; what breaks
    is logged and said, in the frame that leads on."""
    named = re.findall(r"<(\w+)>", path)

    def layout(**given: Any) -> Any:
        note_page(path)
        # Dash hands over the parts of the path and the choices in the query alike, those of the query last.
        parts = [given.get(name) for name in named]
        query = {name: _last(value) for name, value in given.items() if name not in named}
        try:
            shown = view()
        except NotAllowed:
            return html.Div()  # Pages calls every layout once, before anybody is there
        try:
            if not shown.may(what):
                security.refused(what)
                return page(shown, State(), "", states.not_your_role(shown, what))
            beyond.note_area(shown, query)
            return render(shown, query, *map(_last, parts))
        except NotAllowed:
            security.refused(what)
            shown.not_shown.clear()  # the page itself says who can help
            return page(shown, State(), "", states.not_allowed(shown))
        except Exception:
            if current_app.testing:
                raise
            current_app.logger.exception("the page %s", what)
            return page(shown, State(), "", states.broken(shown))

    return layout


def _last(value: Any) -> Any:
    """What is given twice in an address comes as a list: the last counts."""
    return value[-1] if isinstance(value, list) and value else value


def _unknown(**_: Any) -> Any:
    try:
        shown = view()
    except NotAllowed:
        return html.Div()
    return page(shown, State(), "", states.unknown_address(shown))


def _title(what: str) -> Callable[..., str]:
    def title(**_: Any) -> str:
        say = texts.speaker(language())
        return f"{say(f'nav.{what}')} · {say('frame.product')}"

    return title


def _raise_http(error: Exception) -> None:
    """Dash would turn a refusal into an ordinary answer."""
    if isinstance(error, NotAllowed):
        abort(403)
    raise error


def _warm_up(app: Basewatch) -> None:
    """Lets Dash finish itself, then allows the inline scripts of its page."""
    app.server.test_client().get("/health")
    with app.server.test_request_context("/"):
        security.allow_inline(app.index())
