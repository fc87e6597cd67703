"""What is counted, and who may read it."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashboard import metrics
from dashboard.health import is_among
from etl import schema, warehouse
from etl.clock import today
from etl.config import settings
from etl.registry import open_period
from tests import warehouses
from tests.dashboard import season
from tests.dashboard.programme import PASSWORD
from tests.dashboard.standing import standing_on_copy

TOKEN = "a token for tests only"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def setting(monkeypatch):
    """setting(METRICS_TOKEN="…")"""

    def set_them(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield set_them
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def read(setting, client):
    """The metrics now: {(name, its labels' values in order of their names): value}."""
    setting(METRICS_TOKEN=TOKEN)

    def read():
        answer = client.get("/metrics", headers=BEARER)
        assert answer.status_code == 200
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.get_data(as_text=True))
            for sample in family.samples
        }

    return read


# Who may ask


@pytest.mark.parametrize("headers", [{}, BEARER, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}])
def test_without_a_setting_there_is_no_such_address(client, headers):
    assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "given", ["", f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", TOKEN, f"bearer {TOKEN}", "Bearer 令牌"]
)
def test_only_the_token_opens_them(client, setting, given):
    setting(METRICS_TOKEN=TOKEN)
    headers = [("Authorization", given.encode("utf-8").decode("latin-1"))]
    assert client.get("/metrics", headers=headers).status_code == 404
    assert client.get("/metrics", headers=BEARER).status_code == 200


def test_or_an_address(client, setting):
    setting(METRICS_ALLOW_IPS="10.1.0.0/16, ::1")
    for address, status in (("10.1.2.3", 200), ("::1", 200), ("10.2.0.1", 404), ("127.0.0.1", 404)):
        answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers={"X-Forwarded-For": "10.1.2.3"})
        assert answer.status_code == status, address


@pytest.mark.parametrize("address", [None, "", "unix:", "nonsense"])
def test_what_is_no_address_is_in_no_network(address):
    assert not is_among(address, settings().metrics_allow_ips)


def test_signed_in_people_have_no_right_to_them(signed_in):
    assert signed_in("eva").get("/metrics").status_code == 404


def test_they_are_not_kept_by_caches(client, setting):
    setting(METRICS_TOKEN=TOKEN)
    answer = client.get("/metrics", headers=BEARER)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("text/plain; version=")


# What is counted


def test_requests_are_counted_by_pattern_and_status(read, signed_in, open_page, client):
    before = read()
    open_page("eva", "/bases/B001?code=EMP01")
    client.get("/login")
    client.open("/login", method="BREW")
    after = read()

    def more(*key):
        return after.get(key, 0) - before.get(key, 0)

    assert more("basewatch_requests_total", "POST", "/bases/<of_base>", "/_dash-update-component", "200") == 1
    assert more("basewatch_requests_total", "GET", "", "/login", "200") == 1
    assert more("basewatch_request_seconds_count", "/bases/<of_base>", "/_dash-update-component") == 1
    assert more("basewatch_request_seconds_bucket", "+Inf", "", "/login") >= 1
    assert not any("BREW" in key or "B001" in part for key in after for part in key)
    assert sum(n for key, n in after.items() if key[:2] == ("basewatch_requests_total", "other")) >= 1


def test_signing_in_is_counted(read, client):
    before = read()
    client.post("/login", data={"name": "eva", "password": "wrong"})
    client.post("/login", data={"name": "nobody", "password": "wrong"})
    client.post("/login", data={"name": "eva", "password": PASSWORD})
    after = read()
    assert after["basewatch_sign_ins_total", "failed"] - before["basewatch_sign_ins_total", "failed"] == 2
    assert after["basewatch_sign_ins_total", "ok"] - before["basewatch_sign_ins_total", "ok"] == 1


def test_the_process_is_measured(read):
    assert read()["process_resident_memory_bytes",] > 10 * 2**20


def test_a_warehouse_that_cannot_be_used_is_told_and_nothing_breaks(read, app, tmp_path):
    assert read()["basewatch_warehouse_up",] == 1
    known = app.server.extensions
    before = known["warehouse"]
    known["warehouse"] = warehouse.connect(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        found = read()
    finally:
        known["warehouse"] = before
    assert found["basewatch_warehouse_up",] == 0
    assert not (tmp_path / "none.db").exists()


def test_the_returns_of_the_open_quarter_are_counted(tmp_path_factory):
    """Of the season's seven bases six have sent, one of them after the due day; the seventh is overdue or not yet."""
    with warehouses.copied(tmp_path_factory, season.build) as engine:
        found = counted(engine)
        assert found == {"expected": 7, "in": 6, "late": 1, "overdue": int(today() > season.DUE)}
        with warehouse.writing(engine) as connection:
            open_period(connection, season.NOW, due=today() - timedelta(days=1))
        assert counted(engine)["overdue"] == 1
        with warehouse.writing(engine) as connection:
            open_period(connection, season.NOW, due=today())
        assert counted(engine)["overdue"] == 0
        with warehouse.writing(engine) as connection:
            connection.execute(schema.period.update().values(locked=True))
        assert counted(engine) == {}


def counted(engine):
    found = metrics.returns_of_the_quarter(engine)
    assert {sample.labels["quarter"] for family in found for sample in family.samples} <= {season.NOW}
    return {family.name.removeprefix("basewatch_returns_"): family.samples[0].value for family in found}


def test_they_are_counted_again_after_a_minute_and_not_before(engine, monkeypatch):
    asked = []
    monkeypatch.setattr(metrics, "returns_of_the_quarter", lambda engine: asked.append(1) or [])
    clock = [1000.0]
    monkeypatch.setattr(metrics.time, "monotonic", lambda: clock[0])
    collector = metrics.OfTheWarehouse(lambda: engine)
    for later, times in ((0, 1), (59, 1), (2, 2)):
        clock[0] += later
        list(collector.collect())
        assert len(asked) == times


def test_a_scrape_holds_the_returns(read, app, tmp_path_factory):
    with standing_on_copy(app, tmp_path_factory, season.build):
        forget(app)
        found = read()
    forget(app)
    assert found["basewatch_returns_expected", season.NOW] == 7
    assert ("basewatch_returns_overdue", season.NOW) in found


def forget(app):
    """What was counted in another warehouse."""
    app.server.extensions[metrics.METRICS].of_the_warehouse.forget()
