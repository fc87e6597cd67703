"""What the log says, and what it never says."""

import io
import json
import logging
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from dashboard import logs, watching
from dashboard.pages import help as help_page
from dashboard.texts import speaker
from etl.warehouse import reading
from tests.dashboard.logging_to import logging_to
from tests.dashboard.programme import OWN, PASSWORD, samples

CODE = samples()[OWN].code
SECRET = "Invented base 17 had 4711.25"


@pytest.fixture
def log():
    with logging_to() as log:
        yield log


@contextmanager
def outside_of_tests(app):
    """Faults are answered, as they are where the application is served."""
    app.server.testing = False
    try:
        yield
    finally:
        app.server.testing = True


def test_a_request_is_one_line_that_names_the_pattern_of_its_route(log, signed_in):
    answer = signed_in("eva").get(f"/explain/{CODE}/2026Q4/EMP01/card?publication=x")
    line = log.of("request")[-1]
    assert line.keys() == {"time", "level", "event", "request", "method", "route", "status", "ms"}
    assert (line["method"], line["status"], line["level"]) == ("GET", answer.status_code, "info")
    assert "<" in line["route"]
    assert line["request"] == answer.headers["X-Request-ID"]
    assert len(line["request"]) == 10
    assert line["request"].isdigit()
    assert line["ms"] > 0


def test_a_page_is_told_by_its_pattern(log, open_page):
    open_page("eva", f"/bases/{CODE}?code=EMP01")
    drawn = [line for line in log.of("request") if line["route"] == "/_dash-update-component"]
    assert [line["page"] for line in drawn] == ["/bases/<of_base>"]
    assert CODE not in log.text


def test_what_is_asked_for_all_the_time_is_told_only_when_it_goes_wrong(log, client):
    client.get("/health")
    assert [line["level"] for line in log.of("request")] == ["debug"]
    client.get("/metrics")
    assert [(line["route"], line["level"], line["status"]) for line in log.of("request")][1:] == [
        ("/metrics", "info", 404)
    ]


def test_no_log_takes_a_field_that_is_not_listed():
    with pytest.raises(ValueError, match="name"):
        logs.tell("request", name="eva")


def test_two_requests_have_two_numbers(client):
    assert len({client.get("/login").headers["X-Request-ID"] for _ in range(20)}) == 20


# Faults


def test_a_page_that_breaks_shows_the_number_under_which_the_log_has_it(log, app, open_page, monkeypatch):
    def broken(*_):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(help_page, "load_help", broken)
    with outside_of_tests(app):
        for language in ("en", "zh"):
            shown = json.dumps(open_page("eva", "/help", language), ensure_ascii=False)
            line = log.of("error")[-1]
            assert speaker(language)("empty.broken_help", number=line["request"]) in shown
    assert line["error"] == "RuntimeError"
    assert line["page"] == "/help"
    assert line["trace"][-1].split(" ")[1].endswith("broken")
    assert any(place.startswith("dashboard/pages/help.py:") for place in line["trace"])
    assert "4711" not in log.text
    assert "Invented" not in log.text


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("name", ["", "eva"])
def test_a_route_that_breaks_answers_with_its_number(log, app, client, signed_in, monkeypatch, name, accept):
    def broken(*_):
        raise KeyError(SECRET)

    who = signed_in(name) if name else client
    monkeypatch.setattr("dashboard.signing_in.accounts.verify", broken)
    with outside_of_tests(app):
        answer = who.post("/login", data={"name": "eva", "password": PASSWORD}, headers={"Accept": accept})
    assert answer.status_code == 500
    line = log.of("error")[-1]
    assert line["error"] == "KeyError"
    assert line["request"] in answer.get_data(as_text=True)
    assert ("<h1>" in answer.get_data(as_text=True)) == (accept == "text/html")
    assert log.of("request")[-1] | {"time": "", "ms": 0} == {
        "time": "", "level": "error", "event": "request", "request": line["request"], "method": "POST", "route": "/login",
        "status": 500, "ms": 0,
    }  # fmt: skip
    assert "4711" not in log.text


def test_of_an_error_of_the_database_no_parameter_is_told(log, app, engine):
    with app.server.test_request_context("/"):
        try:
            with reading(engine) as connection:
                connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": SECRET})
        except Exception:
            app.server.logger.exception("of %s", SECRET)
    line = log.of("error")[0]
    assert line["error"].startswith("etl.warehouse.Unreachable < sqlalchemy.exc.")
    assert "4711" not in log.text
    assert "nowhere" not in log.text


def test_a_refusal_is_no_error(log, app, client):
    with outside_of_tests(app):
        assert client.get("/nothing").status_code == 401
    assert log.of("error") == []
    assert log.of("request")[-1]["level"] == "info"


# Lines of others


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Listening at: http://127.0.0.1:8050 (7)", "Listening at: http://127.0.0.1:8050 (7)"),
        ("Worker (pid:8) was sent SIGKILL! Perhaps out of memory?", None),
        ("Invalid request from ip=10.20.30.40: Invalid HTTP Header: 'eva'", "Invalid request"),
        ("Error handling request /bases/B001?code=EMP01", "Error handling request"),
    ],
)
def test_of_gunicorn_only_its_processes_are_told(log, line, said):
    logging.getLogger("gunicorn.error").warning(line)
    assert log.lines[-1]["said"] == (said or line)
    for secret in ("10.20.30.40", "eva", "B001"):
        assert secret not in log.text


def test_of_other_libraries_the_place_is_told_and_no_word(log):
    logging.getLogger("some.library").warning("connection of %s failed", SECRET)
    line = log.lines[-1]
    assert (line["event"], line["logger"], line["level"]) == ("message", "some.library", "warning")
    assert line["at"].startswith("test_logs:")
    assert "4711" not in log.text


def test_as_text_it_is_one_line_for_people_and_the_places_below(app):
    with logging_to("text") as log:
        app.server.test_client().get("/login")
        try:
            raise LookupError(SECRET)
        except LookupError:
            app.server.logger.exception("a page")
    first, second, *places = log.text.splitlines()
    assert " INFO " not in first
    assert " info    request request=" in first
    assert " route=/login status=200 ms=" in first
    assert "error=LookupError" in second
    assert all(place.startswith("    ") for place in places)
    assert places
    assert "4711" not in log.text


def test_it_goes_to_standard_error_from_the_level_on_that_is_set(monkeypatch):
    stream = io.StringIO()
    root = logging.getLogger()
    before, level, ours = root.handlers[:], root.level, logs.LOGGER.level
    monkeypatch.setattr(sys, "stderr", stream)
    try:
        logs.set_up("json", "warning")
        logs.tell("request", status=200)
        logs.tell("request", logging.ERROR, status=500)
    finally:
        root.handlers[:], root.level, logs.LOGGER.level = before, level, ours
        logging.captureWarnings(False)
    assert [json.loads(line)["status"] for line in stream.getvalue().splitlines()] == [500]


def test_outside_a_request_there_is_no_number():
    assert watching.number() == ""
