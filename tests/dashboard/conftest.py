"""The application on the small programme of programme.py."""

import pytest

from dashboard.app import create_app
from tests import warehouses
from tests.dashboard import programme, published
from tests.dashboard.standing import standing_on_copy


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """A warehouse that holds the small programme."""
    with warehouses.copied(tmp_path_factory, programme.build) as engine:
        yield engine


@pytest.fixture(scope="session")
def app(engine):
    app = create_app(engine, secret_key="a key for tests only")
    app.server.testing = True
    return app


@pytest.fixture
def client(app):
    """Nobody yet."""
    return app.server.test_client()


@pytest.fixture
def signed_in(app):
    """signed_in("eva") → a client of that account."""

    def sign_in(name):
        client = app.server.test_client()
        answer = client.post("/login", data={"name": name, "password": programme.PASSWORD})
        assert answer.status_code == 302
        return client

    return sign_in


@pytest.fixture
def open_page(app, signed_in):
    """open_page("eva", "/rankings?type=regional") → the page's layout as Dash would send it, with its language set."""

    def open_page(name, address, language="en"):
        client = signed_in(name)
        client.post("/language", data={"language": language})
        path, _, query = address.partition("?")
        answer = client.post(
            "/_dash-update-component",
            json={
                "output": ".._pages_content.children..._pages_store.data..",
                "outputs": [
                    {"id": "_pages_content", "property": "children"},
                    {"id": "_pages_store", "property": "data"},
                ],
                "inputs": [
                    {"id": "_pages_location", "property": "pathname", "value": path},
                    {"id": "_pages_location", "property": "search", "value": f"?{query}" if query else ""},
                ],
                "changedPropIds": ["_pages_location.pathname"],
            },
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json["response"]["_pages_content"]["children"]

    return open_page


def parts(tree):
    """Every component of a layout as sent, in order."""
    if isinstance(tree, list):
        for child in tree:
            yield from parts(child)
    elif isinstance(tree, dict) and "props" in tree:
        yield tree
        yield from parts(tree["props"].get("children"))


@pytest.fixture
def all_parts():
    return lambda tree: list(parts(tree))


@pytest.fixture
def own_copy(app, tmp_path_factory):
    """The application on this test's own copy of the small programme."""
    with standing_on_copy(app, tmp_path_factory, programme.build) as engine:
        yield engine


@pytest.fixture
def adam(own_copy, signed_in):
    """The administrator on that copy."""
    return signed_in("adam")


@pytest.fixture
def publishing(app, tmp_path_factory):
    """The application on this test's own copy of the warehouse of published.py."""
    with standing_on_copy(app, tmp_path_factory, published.build) as engine:
        yield engine
