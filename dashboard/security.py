"""The gate before every route, and the headers on every answer.

The gate knows who; what a person may see is decided by the scope that every query takes.
"""

import base64
import hashlib
import re
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, jsonify, redirect, request
from flask_login import current_user

OPEN = ("/assets/", "/_dash-component-suites/", "/bundle.")
OPEN_EXACTLY = ("/login", "/health", "/metrics", "/tokens.css", "/favicon.ico", "/_favicon.ico")
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
    server.before_request(refuse_foreign)
    server.before_request(require_account)
    server.after_request(add_headers)


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


def is_open(path: str) -> bool:
    """Whether anybody may ask for the path."""
    return path in OPEN_EXACTLY or path.startswith(OPEN)


def require_account() -> Response | tuple[Response, int] | None:
    """Nobody gets past without signing in, whatever the route."""
    if is_open(request.path) or current_user.is_authenticated:
        return None
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        here = request.full_path.rstrip("?")
        return redirect(f"/login?{urlencode({'next': here})}")  # type: ignore[return-value]
    return jsonify(error="sign in first"), 401


def add_headers(response: Response) -> Response:
    """Security headers everywhere; nothing that is about a person is kept by a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy())
    if request.path.startswith(OPEN) and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={FOREVER if _is_versioned() else 3600}"
    elif not is_open(request.path) or request.path == "/login":
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
