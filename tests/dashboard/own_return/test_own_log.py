"""The log of a day's work: nothing in it is about a person or a base, and none of the figures that were sent."""

import io
import re

import openpyxl
import pytest

from dashboard import logs
from tests.dashboard.logging_to import logging_to
from tests.dashboard.programme import PASSWORD
from tests.dashboard.returning import HERE, NOW, OWN, PEOPLE, changed

WRONG = "not my pass phrase"
ENDPOINTS = ("form", "file", "findings.xlsx", "cover", "receipt")
FILE = "沿海基地 return of Mrs Wang.xlsx"


@pytest.fixture
def log():
    with logging_to() as log:
        yield log


def figures(content):
    """Every number in the file that is long enough to stand in a log for itself only."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in ("Return", "Roster"):
        for row in book[sheet].iter_rows(values_only=True):
            yield from (str(cell) for cell in row if isinstance(cell, (int, float)) and len(str(cell)) >= 4)


def walk(site, person, good):
    """Uploads, good and bad, pages, files, and people who cannot sign in."""
    rep = person("rep")
    rep.send(changed(good, firms_end=98_765), FILE)
    rep.send(b"no workbook at all", FILE)
    rep.send(good, FILE)
    rep.post("answers", version=3, **{"answer-1": "Mr Li explained it."})
    rep.post("submit", version=3)
    for part in ENDPOINTS:
        rep.get(part)
    for name in ("rep", "cora", "eva"):
        one = person(name, "zh")
        for address in ("/", HERE, f"/bases/{OWN}", "/returns", "/returns/review", "/nothing", "/bases/NONE"):
            one.page(address)
            one.client.get(f"{address}?q=WangFang&period={NOW}", headers={"Accept": "text/html"})
        one.client.get("/search?q=WangFang")
    nobody = site.server.test_client()
    for name, password in (("rep", WRONG), ("Wang Fang", WRONG), ("eva", PASSWORD + "x")):
        assert nobody.post("/login", data={"name": name, "password": password}).status_code == 401
    nobody.get(HERE, headers={"Accept": "text/html", "X-Forwarded-For": "203.0.113.9", "User-Agent": "Wang's phone"})


def test_nothing_of_a_person_or_base_is_in_the_log_of_a_days_work(log, site, person, good):
    walk(site, person, good)
    assert len(log.of("request")) > 40
    assert {line["status"] for line in log.of("request")} >= {200, 302, 303, 401}
    allowed = {"time", "level", "event", *logs.FIELDS}
    assert {key for line in log.lines for key in line} <= allowed
    told = [line[key] for line in log.lines for key in line if key not in ("time", "request", "ms", "status")]
    text = "\n".join(map(str, told))
    words = [*PEOPLE, "Wang", "Mr Li", PASSWORD, WRONG, OWN, "R2", NOW, "NONE", "Test base", "测试基地", "沿海", "127.0.0.1",
             "203.0.113.9", "phone", "?"]  # fmt: skip
    found = [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)]
    assert found == []
    assert [number for number in {*figures(good), "98765"} if re.search(rf"(?<![\d.]){number}(?![\d.])", text)] == []


def test_the_check_above_would_see_what_it_looks_for(good):
    assert len(list(figures(good))) > 10
