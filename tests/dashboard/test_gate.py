"""Nobody gets past the gate without signing in, whatever the route; and what an answer carries."""

import re

import pytest

from dashboard import security
from dashboard.app import create_app
from tests.dashboard.programme import PASSWORD

OPEN_ROUTES = {"/login", "/health", "/metrics", "/tokens.css", "/_favicon.ico"}
"""Of these, /metrics asks for itself (test_metrics.py)."""
OPEN_FOLDERS = ("/assets/", "/static/", "/_dash-component-suites/")


def routes(app):
    """Every rule of the server with its methods, its variables filled."""
    for rule in app.server.url_map.iter_rules():
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", "x", rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, path


def test_no_route_answers_nobody(app, client):
    asked = 0
    for method, path in routes(app):
        if path in OPEN_ROUTES or path.startswith(("/assets/", "/_dash-component-suites/", "/bundle.")):
            continue
        answer = client.open(path, method=method, json={} if method != "GET" else None)
        assert answer.status_code == 401, f"{method} {path} answers {answer.status_code}"
        asked += 1
    assert asked > 8


def test_no_callback_answers_nobody(app, client):
    assert len(app.callback_map) >= 3
    for output in app.callback_map:
        answer = client.post("/_dash-update-component", json={"output": output, "inputs": []})
        assert answer.status_code == 401, output


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies", "/", "/bases/B001", "/nonsense"])
def test_what_dash_leaves_open_is_closed(client, path):
    assert client.get(path).status_code == 401


def test_a_browser_is_sent_to_sign_in_and_comes_back(client):
    answer = client.get("/bases/B001?code=EMP01", headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/login?next=%2Fbases%2FB001%3Fcode%3DEMP01"
    answer = client.post(answer.headers["Location"], data={"name": "eva", "password": PASSWORD})
    assert answer.headers["Location"] == "/bases/B001?code=EMP01"


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/a\r\nb"]
)
def test_signing_in_leads_nowhere_else(client, place):
    answer = client.post("/login", query_string={"next": place}, data={"name": "eva", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(("name", "password"), [("eva", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_is_refused(client, name, password):
    answer = client.post("/login", data={"name": name, "password": password})
    assert answer.status_code == 401
    assert client.get("/").status_code == 401


def test_signing_out_ends_it(signed_in):
    client = signed_in("eva")
    assert client.get("/").status_code == 200
    client.post("/logout")
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_other_sites_cannot_act_for_a_signed_in_browser(signed_in, headers):
    client = signed_in("eva")
    assert client.post("/logout", headers=headers).status_code == 403
    assert client.get("/").status_code == 200


def test_the_session_cookie_is_not_for_scripts_or_other_sites(client):
    answer = client.post("/login", data={"name": "eva", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_every_answer_has_the_security_headers(client, signed_in):
    for answer in (client.get("/login"), client.get("/"), signed_in("eva").get("/"), client.get("/tokens.css")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_only_our_own_inline_scripts_may_run(signed_in):
    answer = signed_in("eva").get("/")
    policy = answer.headers["Content-Security-Policy"]
    sources = policy.split("script-src ")[1].split(";")[0]
    assert "unsafe" not in sources
    page = answer.get_data(as_text=True)
    inline = re.findall(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>(.*?)</script>", page, re.DOTALL)
    assert inline
    for script in inline:
        assert security._sha256(script) in sources


def test_the_page_names_no_other_host(signed_in, client):
    for page in (signed_in("eva").get("/"), client.get("/login")):
        text = page.get_data(as_text=True)
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]+", text)


def test_nothing_about_a_person_is_kept_by_caches(signed_in, client):
    assert signed_in("eva").get("/").headers["Cache-Control"] == "no-store"
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    scripts = re.findall(r'src="(/[^"]+)"', signed_in("eva").get("/").get_data(as_text=True))
    kept = [client.get(script, buffered=True).headers["Cache-Control"] for script in scripts]
    assert kept
    assert all("max-age" in value and "public" in value for value in kept)


def test_without_a_secret_key_nothing_starts(engine):
    with pytest.raises(ValueError, match="SECRET_KEY"):
        create_app(engine, secret_key="")
