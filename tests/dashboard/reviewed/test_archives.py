"""A version that came in a history shares its file with other bases: no base is handed that file."""

import json

import pytest

from dashboard.texts import speaker
from tests.dashboard.programme import PASSWORD
from tests.dashboard.season import BEFORE


@pytest.fixture
def reporter(site):
    client = site.server.test_client()
    client.post("/login", data={"name": "rep", "password": PASSWORD})
    return client


@pytest.mark.parametrize("part", ["file", "findings.xlsx"])
def test_the_file_of_a_history_is_refused_to_a_base_that_is_in_it(reporter, part):
    answer = reporter.get(f"/returns/N1/{BEFORE[-1]}/{part}?version=1")
    assert answer.status_code == 403
    assert not answer.data.startswith(b"PK")


def test_the_page_of_such_a_return_offers_no_file(site, open_page):
    page = json.dumps(open_page("rep", f"/returns/N1/{BEFORE[-1]}"))
    assert speaker("en")("return.version_n", n=1) in page
    assert "file?version=" not in page
    assert "findings.xlsx?version=" not in page
