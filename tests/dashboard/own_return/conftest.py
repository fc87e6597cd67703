"""The application on a warehouse that each test may change, and somebody signed in to it."""

import pytest

from tests import warehouses
from tests.dashboard import returning
from tests.dashboard.programme import PASSWORD
from tests.dashboard.returning import Person, changed, newest
from tests.dashboard.standing import standing


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return warehouses.once(tmp_path_factory, returning.build)


@pytest.fixture
def good(made):
    """R1's form, filled without a fault."""
    return made.told.read_bytes()


@pytest.fixture
def store(tmp_path_factory):
    """This test's own warehouse."""
    with warehouses.copied(tmp_path_factory, returning.build) as engine:
        yield engine


@pytest.fixture
def site(app, store):
    """The application on that warehouse."""
    with standing(app, store):
        yield app


@pytest.fixture
def person(site):
    """person("rep") → a Person."""

    def person(name, language="en"):
        client = site.server.test_client()
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 302
        return Person(client, language)

    return person


@pytest.fixture
def rep(person):
    return person("rep")


@pytest.fixture
def submitted(rep, store, good):
    rep.send(good)
    rep.post("submit", version=1)
    assert newest(store).state == "submitted"
    return rep


@pytest.fixture
def with_queries(good):
    """A file with two blanks, one of which is explained in it."""
    return changed(good, voucher_amt=None, mentors=None, answer_mentors="None has signed yet.")
