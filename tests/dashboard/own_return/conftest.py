"""The application on a warehouse that each test may change, and somebody signed in to it."""

import pytest

from dashboard.app import create_app
from dashboard.view import ENGINE
from etl import warehouse
from tests.dashboard import returning
from tests.dashboard.programme import PASSWORD
from tests.dashboard.returning import Person, changed, newest


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return returning.build(tmp_path_factory.mktemp("returning"))


@pytest.fixture
def good(made):
    """R1's form, filled without a fault."""
    return made[1].read_bytes()


@pytest.fixture
def engine(made, tmp_path):
    with returning.opened(made[0], tmp_path) as engine:
        yield engine


@pytest.fixture(scope="module")
def one_app(made):
    app = create_app(warehouse.connect(f"sqlite:///{made[0]}"), secret_key="a key for tests only")
    app.server.testing = True
    return app


@pytest.fixture
def app(one_app, engine):
    """The application on this test's own warehouse."""
    one_app.server.extensions[ENGINE] = engine
    return one_app


@pytest.fixture
def person(app):
    """person("rep") → a Person."""

    def person(name, language="en"):
        client = app.server.test_client()
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 302
        return Person(client, language)

    return person


@pytest.fixture
def rep(person):
    return person("rep")


@pytest.fixture
def submitted(rep, engine, good):
    rep.send(good)
    rep.post("submit", version=1)
    assert newest(engine).state == "submitted"
    return rep


@pytest.fixture
def with_queries(good):
    """A file with two blanks, one of which is explained in it."""
    return changed(good, voucher_amt=None, mentors=None, answer_mentors="None has signed yet.")
