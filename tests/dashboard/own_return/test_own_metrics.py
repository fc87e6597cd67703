"""Workbooks that are sent are counted by what became of them."""

import pytest

from dashboard import metrics
from etl.config import settings
from tests.dashboard.returning import changed


@pytest.fixture
def counts(site):
    """{verdict: how many since}"""
    registry = site.server.extensions[metrics.METRICS].registry

    def now():
        return {
            verdict: registry.get_sample_value("basewatch_uploads_total", {"verdict": verdict})
            for verdict in metrics.VERDICTS
        }

    before = now()
    return lambda: {verdict: n - before[verdict] for verdict, n in now().items()}


def test_uploads_are_counted_by_verdict(rep, good, with_queries, counts):
    assert counts() == {"clean": 0, "queries": 0, "rejected": 0}
    rep.send(good)
    rep.send(with_queries)
    rep.send(changed(good, firms_end=999))
    rep.send(b"no workbook")
    assert counts() == {"clean": 1, "queries": 1, "rejected": 2}


def test_what_is_too_large_is_rejected(rep, counts, monkeypatch):
    monkeypatch.setenv("LIMIT_FILE_BYTES", "1000")
    settings.cache_clear()
    rep.send(b"x" * 100_000)
    monkeypatch.undo()
    settings.cache_clear()
    assert counts() == {"clean": 0, "queries": 0, "rejected": 1}
