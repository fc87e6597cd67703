"""Every page opened by its address, whatever stands in the query: it opens, and what is meant by the path stays."""

import json

import pytest

from dashboard.app import VIEWS
from indicators.definition import load_definitions
from tests.dashboard.programme import LAST, OWN, samples, who_may

BASE = samples()[OWN].code
PARTS = {
    "<of_base>": BASE,
    "<of_quarter>": LAST,
    "<of_number>": "index",
    "<of_code>": next(iter(load_definitions().indicators)),
    "<of_area>": samples()[OWN].province,
}
SENSELESS = (
    "",
    "quarter=2026Q3&number=1&base_code=x&what=y",
    "period=1999Q9&type=none&region=zz&province=zz&code=zz&kind=zz&lamp=zz&sort=zz&batch=x&shown=-1",
    "bases=,,,&areas=zz,%00&columns=%3Cscript%3E&base=%27%29--&publication=nope&a=nope&b=nope",
    "period=&period=&type[]=x&%E4%B8%AD=%E6%96%87",
)


def address(path):
    for part, value in PARTS.items():
        path = path.replace(part, value)
    assert "<" not in path, path
    return path


@pytest.mark.parametrize("query", SENSELESS)
@pytest.mark.parametrize(("what", "path"), [(what, path) for what, path, _ in VIEWS])
def test_a_page_opens_whatever_the_query(open_page, what, path, query):
    text = json.dumps(open_page(who_may(what), f"{address(path)}?{query}"))
    assert '"H1"' in text


def test_what_breaks_is_logged_and_said_in_the_frame(app, open_page, monkeypatch, caplog):
    monkeypatch.setattr(app.server, "testing", False)
    monkeypatch.setattr("dashboard.pages.flags.states.inside", lambda *_: 1 / 0)
    text = json.dumps(open_page("eva", "/flags"))
    assert "This page could not be made" in text
    assert "ZeroDivisionError" in caplog.text
    assert "Rankings" in text, "the navigation is still there"
