"""Who only looks is shown no way to act and is refused by every route; who looks after accounts sees no figure."""

import json
import re

import pytest

from dashboard import permissions, urls
from dashboard.app import VIEWS
from indicators.repository import review
from indicators.scope import NotAllowed, national, nothing
from tests.dashboard.programme import LAST, OWN, samples
from tests.dashboard.test_addresses import address

BASE = samples()[OWN]
OWN_AFFAIRS = {"/logout", "/logout/everywhere", "/language", "/password"}
READS = {"/_dash-update-component", "/login"}


def acting_routes(app):
    """Every address that changes something beside one's own sign-in."""
    for rule in app.server.url_map.iter_rules():
        path = re.sub(
            r"<(?:[^:>]+:)?([^>]+)>", lambda part: {"base": BASE.code, "period": LAST}.get(part[1], "x"), rule.rule
        )
        if "POST" in rule.methods and path not in OWN_AFFAIRS | READS:
            yield path


def test_every_route_that_acts_refuses_who_only_looks(app, signed_in):
    audrey, asked = signed_in("audrey"), 0
    for path in acting_routes(app):
        assert audrey.post(path).status_code == 403, path
        asked += 1
    assert asked > 15


@pytest.mark.parametrize(
    ("what", "path"), [(what, path) for what, path, _ in VIEWS if permissions.may("auditor", what)]
)
def test_no_page_shows_who_only_looks_a_form_that_acts(open_page, what, path):
    text = json.dumps(open_page("audrey", address(path)))
    assert '"method": "post"' in text, "the frame's own"
    sent = set(re.findall(r'"action": "([^"?]+)[^"]*", "method": "post"', text))
    sent |= set(re.findall(r'"method": "post", "action": "([^"?]+)', text))
    assert sent <= OWN_AFFAIRS


def test_the_repository_refuses_who_only_looks_whatever_the_route(engine):
    looking = national(acts=False)
    with pytest.raises(NotAllowed):
        review.decide(engine, looking, "audrey", "finalise", [], "", lambda *_: None)
    with pytest.raises(NotAllowed):
        review.reopen(engine, looking, "audrey", BASE.code, LAST, None, "why")
    with pytest.raises(NotAllowed):
        review.remind(engine, looking, "audrey", LAST, [BASE.code])


def test_each_role_begins_where_it_may():
    for role in permissions.ROLES:
        allowed = {path for what, path, _ in VIEWS if permissions.may(role, what)}
        assert urls.home(role) in allowed


def test_the_administrator_lands_on_the_accounts(client, signed_in, open_page):
    answer = client.post("/login?next=%2F", data={"name": "adam", "password": "correct horse"})
    assert answer.headers["Location"] == "/accounts"
    assert client.get("/", headers={"Accept": "text/html"}).headers["Location"] == "/accounts"
    text = json.dumps(open_page("adam", "/help"))
    assert (
        '"className": "product", "href": "/accounts"' in text or '"href": "/accounts", "className": "product"' in text
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_shows_the_administrator_a_figure(open_page, language):
    for what, path, _ in VIEWS:
        text = json.dumps(open_page("adam", address(path), language), ensure_ascii=False)
        assert '"H1"' in text
        if what != permissions.ACCOUNTS:
            assert not re.search("Invented base|虚构基地", text), path
            assert "/bases/" not in text, path
        links = set(re.findall(r'"href": "(/[^"?#]*)', text))
        known = {path: what for what, path, _ in VIEWS}
        assert {link for link in links if link in known and not permissions.may("administrator", known[link])} == set()


def test_no_scope_of_nothing_sees_a_sum():
    assert not nothing().sees_sums
    assert national(acts=False).sees_sums


def test_what_the_navigation_shows(open_page):
    def shown(name):
        text = json.dumps(open_page(name, "/help"))
        return [
            path
            for path in ("/accounts", "/periods", "/audit", "/rankings", "/returns/review", "/search")
            if f'"{path}' in text
        ]

    assert shown("adam") == ["/accounts", "/periods"]
    assert shown("audrey") == ["/audit", "/rankings", "/search"]
    assert shown("eva") == ["/rankings", "/returns/review", "/search"]
