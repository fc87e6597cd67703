"""The numbers that a monitoring system asks for, in the format of Prometheus. All of one process, in which all is served.

Labels are patterns and words of our own, never what somebody wrote into an address.
"""

import time
from collections.abc import Callable, Iterator

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from etl.registry import Registry
from etl.status import reporting
from etl.warehouse import Unreachable, reading, require

METRICS = "metrics"
"""Their place in the server's extensions."""
CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Up to so many seconds a request may have taken, for the histogram."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
VERDICTS = CLEAN, QUERIES, REJECTED = "clean", "queries", "rejected"
AGE = 60
"""Seconds for which the counts of returns are not asked for again: they take a walk over all bases."""

disable_created_metrics()


class Metrics:
    """What is counted, and what is asked of the warehouse when somebody asks for it."""

    def __init__(self, engine: Callable[[], Engine]):
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "basewatch_requests", "Answers given.", ("method", "route", "page", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "basewatch_request_seconds", "How long an answer took.", ("route", "page"),
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.uploads = Counter("basewatch_uploads", "Workbooks sent.", ("verdict",), registry=self.registry)
        self.sign_ins = Counter("basewatch_sign_ins", "Tries to sign in.", ("result",), registry=self.registry)
        for verdict in VERDICTS:
            self.uploads.labels(verdict)
        for result in ("ok", "failed"):
            self.sign_ins.labels(result)
        self.of_the_warehouse = OfTheWarehouse(engine)
        self.registry.register(self.of_the_warehouse)
        ProcessCollector(registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class OfTheWarehouse(Collector):
    """Whether it can be used, and how the returns of the newest open quarter stand."""

    def __init__(self, engine: Callable[[], Engine]):
        self.engine = engine
        self._counted: tuple[float, list[GaugeMetricFamily]] | None = None

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is asked of the warehouse before somebody asks."""
        return [GaugeMetricFamily("basewatch_warehouse_up", "1: the warehouse can be used.")]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("basewatch_warehouse_up", "1: the warehouse can be used.")
        returns: list[GaugeMetricFamily] = []
        try:
            require(self.engine())
            returns = self._returns()
            up.add_metric([], 1)
        except Unreachable:
            up.add_metric([], 0)
        yield up
        yield from returns

    def forget(self) -> None:
        """The next who asks is told anew."""
        self._counted = None

    def _returns(self) -> list[GaugeMetricFamily]:
        if self._counted is None or time.monotonic() - self._counted[0] > AGE:
            self._counted = time.monotonic(), returns_of_the_quarter(self.engine())
        return self._counted[1]


def returns_of_the_quarter(engine: Engine) -> list[GaugeMetricFamily]:
    """How many returns of the newest open quarter are expected, in (an error-free version came), late among these, and
    overdue; nothing while no quarter is open."""
    with reading(engine) as connection:
        registry = Registry(connection)
        quarter = next(reversed(registry.open_periods()), None)
        rows = reporting(connection, registry, quarter) if quarter else []
    if quarter is None:
        return []
    counts = (
        ("expected", "Bases whose return is expected.", len(rows)),
        ("in", "Bases of which an error-free version came.", sum(row.first_valid is not None for row in rows)),
        ("late", "Of those that are in: came after the due day.", sum(bool(row.late) for row in rows)),
        ("overdue", "The due day has passed without an error-free version.", sum(row.overdue for row in rows)),
    )
    found = []
    for name, words, n in counts:
        gauge = GaugeMetricFamily(f"basewatch_returns_{name}", words, labels=("quarter",))
        gauge.add_metric([quarter], n)
        found.append(gauge)
    return found


def register(server: Flask, engine: Callable[[], Engine]) -> Metrics:
    metrics = server.extensions[METRICS] = Metrics(engine)
    return metrics


def counters() -> Metrics:
    return current_app.extensions[METRICS]


def sent(verdict: str) -> None:
    """Counts a workbook that somebody sent: clean, queries or rejected."""
    counters().uploads.labels(verdict).inc()


def tried_to_sign_in(ok: bool) -> None:
    counters().sign_ins.labels("ok" if ok else "failed").inc()
