"""Two people of one base send a file, or take a step, at the same moment: one after the other, and no error."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest

from etl import returns, versions
from etl.sandbox import shared
from etl.warehouse import reading
from indicators import scope
from indicators.repository import sending
from tests.builders import QUARTERS, Story

BASE, PERIOD = "R1", QUARTERS[-1]
OWN = scope.base(BASE)
MEETING = 1.0
"""Seconds in which the other one comes to the same place, when nothing keeps it from there."""


@pytest.fixture
def two_files(writer):
    tale = Story(BASE)
    values, roster = tale.quarter(PERIOD)
    found = []
    for name in ("first", "second"):
        values = {**values, "trainees": len(found) + 11}
        path = writer.form_of(BASE, PERIOD, values, roster)
        found.append((f"{name}.xlsx", path.read_bytes()))
    assert found[0][1] != found[1][1]
    return found


def at_once(*tasks):
    """What each did: its result, or its error."""
    done = [None] * len(tasks)

    def run(place, task):
        try:
            done[place] = task()
        except Exception as error:
            done[place] = error

    threads = [Thread(target=run, args=one) for one in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


@pytest.fixture
def meet(monkeypatch):
    """Whoever is about to write waits for the other one there, so that both would take the same number."""
    barrier, keep = Barrier(2), versions.keep_workbook

    def together(connection, *args, **kwargs):
        with suppress(BrokenBarrierError):
            barrier.wait(MEETING)
        return keep(connection, *args, **kwargs)

    monkeypatch.setattr(versions, "keep_workbook", together)


def test_two_files_at_the_same_moment_become_two_versions(warehouse, two_files, meet):
    read, start = shared().read, Barrier(2)

    def send(name, content):
        def read_together(content):
            items = read(content)
            start.wait()
            return items

        return lambda: sending.receive(warehouse, OWN, name, BASE, PERIOD, name, content, read_together)

    done = at_once(*(send(*file) for file in two_files))
    assert [type(one) for one in done] == [sending.Received] * 2, done
    with reading(warehouse) as connection:
        kept = versions.versions(connection, BASE, PERIOD)
    assert [one.version for one in kept] == [1, 2]
    assert len({one.sha256 for one in kept}) == 2


def test_the_same_file_twice_at_the_same_moment_is_one_version(warehouse, two_files, meet):
    (name, content), _ = two_files
    read = shared().read
    one = lambda: sending.receive(warehouse, OWN, "rep", BASE, PERIOD, name, content, read)  # noqa: E731
    done = at_once(one, one)
    assert sorted(received.known for received in done) == [False, True]


def test_of_two_submissions_at_the_same_moment_one_is_told_that_it_was_second(warehouse, two_files):
    name, content = two_files[0]
    sending.receive(warehouse, OWN, "rep", BASE, PERIOD, name, content, shared().read)
    with reading(warehouse) as connection:
        found = versions.findings(connection, versions.versions(connection, BASE, PERIOD)[-1])
    queries = {number: "So it is." for number, finding in found.items() if finding.severity == "query"}
    sending.answer(warehouse, OWN, "rep", BASE, PERIOD, 1, queries)
    one = lambda: sending.submit(warehouse, OWN, "rep", BASE, PERIOD, 1)  # noqa: E731
    done = at_once(one, one)
    assert sorted(type(result).__name__ for result in done) == ["NotPossible", "Version"], done
    assert isinstance(next(result for result in done if isinstance(result, Exception)), returns.NotPossible)
