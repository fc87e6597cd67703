"""The application in the middle of a season, on a warehouse that each test may change."""

import json

import pytest

from tests import warehouses
from tests.dashboard import season
from tests.dashboard.programme import PASSWORD
from tests.dashboard.standing import standing


@pytest.fixture
def store(tmp_path_factory):
    """This test's own warehouse."""
    with warehouses.copied(tmp_path_factory, season.build) as engine:
        yield engine


@pytest.fixture
def site(app, store):
    """The application on that warehouse."""
    with standing(app, store):
        yield app


def everything(part):
    """Every component of a layout as sent, those that are drawn still among them."""
    if isinstance(part, list):
        for child in part:
            yield from everything(child)
    elif isinstance(part, dict) and "props" in part:
        yield part
        yield from everything(part["props"].get("children"))
        yield from everything(part["props"].get("tree"))


class Page:
    """A page as Dash sends it: its text, and its components."""

    def __init__(self, tree):
        self.text = json.dumps(tree, ensure_ascii=False)
        self.parts = list(everything(tree))

    def of(self, kind, className=None):
        return [
            part["props"]
            for part in self.parts
            if part["type"] == kind
            and (className is None or className in (part["props"].get("className") or "").split())
        ]

    def words(self, kind, className=None):
        """The text inside each of these."""
        return [" ".join(_words(props.get("children"))) for props in self.of(kind, className)]


def _words(part):
    if isinstance(part, (str, int)):
        yield str(part)
    elif isinstance(part, list):
        for child in part:
            yield from _words(child)
    elif isinstance(part, dict):
        yield from _words(part["props"].get("children"))


@pytest.fixture
def sign_in(site):
    """sign_in("cora") → a client."""

    def sign_in(name, language="en"):
        client = site.server.test_client()
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 302
        client.post("/language", data={"language": language})
        return client

    return sign_in


@pytest.fixture
def look(open_page, site):
    """look("cora", "/returns/review") → a Page."""
    return lambda name, address, language="en": Page(open_page(name, address, language))
