"""The gate before every route, and the headers on every answer.

The gate knows who; what a person may see is decided by the scope that every query takes.
"""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request
from flask_login import current_user

from dashboard import callbacks, permissions, urls
from dashboard.view import engine
from etl import audit
from etl.warehouse import Unreachable, writing
from indicators.scope import NotAllowed

FOR_EVER = ("/assets/", "/_dash-component-suites/", "/bundle.")
WITH_A_GIVEN_PASSWORD = (urls.PASSWORD, "/logout", "/logout/everywhere", "/language")
"""All that is open to who has yet to choose a password of their own."""
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FOREVER = 365 * 24 * 3600

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def guard(server: Flask) -> None:
    """Registers the gate. To be called before anything else is: what is registered earlier is asked earlier."""
    server.before_request(name_the_origin)
    server.before_request(refuse_foreign)
    server.before_request(require_account)
    server.teardown_request(forget_the_actor)
    server.after_request(add_headers)
    server.after_request(note_refusal)


def refuse_foreign() -> None:
    """Another site must not make a signed-in browser act: unsafe methods come from our own pages only."""
    if request.method not in UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def needed() -> str | None:
    """What the request's route, or callback, needs by the table; None: nobody may."""
    if request.endpoint != permissions.CALLBACK:
        return permissions.needed(request.endpoint)
    body: Any = request.get_json(silent=True)
    ours = callbacks.is_ours(body, current_app.extensions[callbacks.CALLBACK_MAP])
    return permissions.needed(request.endpoint, body["output"]) if ours else None


def require_account() -> Response | tuple[Response, int] | None:
    """Nobody gets past without signing in, whatever the route, and with it to no route that is not the role's."""
    what = needed()
    if what == permissions.ANYBODY:
        return None
    if not current_user.is_authenticated:
        return _sent_to(urls.LOGIN) or (jsonify(error="sign in first"), 401)
    audit.act_as(current_user.name, request.remote_addr or "")
    if current_user.must_change and request.path not in WITH_A_GIVEN_PASSWORD:
        return _sent_to(urls.PASSWORD) or (jsonify(error="choose a password of your own first"), 403)
    if request.endpoint and what != permissions.SIGNED_IN and not (what and permissions.may(current_user.role, what)):
        raise NotAllowed(what or request.endpoint)
    if _changes_something(what) and not permissions.acts(current_user.role):
        raise NotAllowed(f"{request.method} {request.path}")
    if request.path == urls.OVERVIEW and urls.home(current_user.role) != urls.OVERVIEW:
        return redirect(urls.home(current_user.role))  # type: ignore[return-value]
    return None


def _changes_something(what: str | None) -> bool:
    """Whether the request acts on more than the person's own sign-in. Callbacks are asked by POST, but only ever read."""
    return request.method in UNSAFE and what != permissions.SIGNED_IN and request.endpoint != permissions.CALLBACK


def _sent_to(path: str) -> Response | None:
    """A browser that opens a page goes there first, and then on to the page."""
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        here = request.full_path.rstrip("?")
        return redirect(f"{path}?{urlencode({'next': here})}")  # type: ignore[return-value]
    return None


def name_the_origin() -> None:
    """What the request does is written down with where it comes from; with who does it, once the gate knows. Who it is is
    not asked here: what anybody may read, such as scripts, is answered without the warehouse."""
    audit.act_as("?", request.remote_addr or "")


def refused(what: str) -> None:
    """To be called where the answer tells a refusal without being one to HTTP, as a page of Dash does."""
    g.refused = what


def note_refusal(response: Response) -> Response:
    """What a person asked for and may not have is in the audit."""
    what = g.get("refused")
    if (what or response.status_code == 403) and current_user.is_authenticated:
        try:
            with writing(engine()) as connection:
                by, method = current_user.name, request.method
                audit.note(connection, "refused", request.path, by=by, what=what, method=method)
        except Unreachable:
            current_app.logger.exception("a refusal could not be written down")
    return response


def forget_the_actor(_: BaseException | None) -> None:
    audit.act_as()


def add_headers(response: Response) -> Response:
    """Security headers everywhere; nothing that is about a person is kept by a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy())
    if request.path.startswith(FOR_EVER) and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={FOREVER if _is_versioned() else 3600}"
    elif request.endpoint not in permissions.KEPT_BY_CACHES:
        response.headers["Cache-Control"] = "no-store"
    return response


def _is_versioned() -> bool:
    """Whether the address changes with the content: Dash puts a fingerprint into the name or a version behind it."""
    return "m" in request.args or re.search(r"\.v\d\w*m\d+", request.path) is not None


_hashes: list[str] = []


def allow_inline(page: str) -> None:
    """Lets the inline scripts of our own page run, and no others, from now on."""
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", page, re.DOTALL)
    _hashes[:] = sorted({_sha256(script) for script in scripts})


def _sha256(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def policy() -> str:
    return POLICY.format(hashes=" ".join(_hashes)).replace(" ;", ";")
