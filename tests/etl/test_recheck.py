"""When an earlier quarter is revised, the later ones are checked again, and what now fails becomes a query."""

import pytest

from etl import returns, schema, versions
from etl.checks import Checker
from etl.config import settings
from etl.events import COMMAND_LINE, RECHECKED, events
from etl.form import load_form
from etl.history import History
from etl.load import Delivery, load_files
from etl.reading import read_returns
from etl.registry import Registry
from etl.returns import ACCEPT, SEND_BACK, SUBMIT
from etl.warehouse import writing
from tests.builders import FINANCE, LOANS, dump, load
from tests.builders import kept as kept_files
from tests.etl.test_checks import EARLIER, SOUND

FORM = load_form()
Q1, Q2, Q3 = "2025Q1", "2025Q2", "2025Q3"
REVISED = EARLIER | {"firms_start": 61.0, "firms_end": 61.0}
"""Sound by itself, but the next quarter opens with 60 firms (K02)."""


@pytest.fixture
def send(warehouse, writer):
    """Loads one quarter of R1 as a file of its own."""
    sent = []

    def send(period, values, accept=True):
        sent.append(period)
        values = {code: value for code, value in values.items() if value is not None}
        (report,) = load(warehouse, writer.history([("R1", period, values)], f"{len(sent)}.xlsx"), accept=accept)
        return report

    return send


def kept(engine, period, place=-1):
    """(version, its findings by number)."""
    with engine.connect() as connection:
        version = versions.versions(connection, "R1", period)[place]
        return version, versions.findings(connection, version)


def rechecks(engine, period):
    with engine.connect() as connection:
        return [event for event in events(connection, "R1", period) if event.event == RECHECKED]


def test_what_now_fails_in_a_later_quarter_becomes_a_query(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    assert "K02" not in [f.code for f in kept(warehouse, Q2)[1].values()]
    send(Q1, REVISED)
    (found,) = [f for f in kept(warehouse, Q2)[1].values() if f.code == "K02"]
    assert (found.severity, found.open, found.measure) == ("query", True, "firms_start")
    assert found.message.en.startswith("Since 2025Q1 was revised: Incubated firms, start of quarter = 60, but")
    assert found.message.zh.startswith("2025年一季度修订后:")
    assert "61" in found.message.en


def test_nothing_else_of_the_later_version_changes(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND | {"posts_filled": 150.0})
    version, before = kept(warehouse, Q2)
    state = dump(warehouse)
    send(Q1, REVISED)
    after_version, after = kept(warehouse, Q2)
    assert after_version == version
    assert {number: after[number] for number in before} == before
    assert sorted(after) == list(range(1, len(after) + 1))
    for table in ("fact", "return_version"):
        later = [row for row in state[table] if f"'{Q2}'" in row]
        assert later == [row for row in dump(warehouse)[table] if f"'{Q2}'" in row]


def test_the_later_quarters_history_tells_it(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    send(Q1, REVISED)
    assert [(event.version, event.reason) for event in rechecks(warehouse, Q2)] == [(1, "2025Q1: K02")]


def test_what_was_asked_before_is_not_asked_again(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    send(Q1, REVISED)
    _, once = kept(warehouse, Q2)
    send(Q1, REVISED | {"firms_start": 62.0, "firms_end": 62.0})
    assert kept(warehouse, Q2)[1] == once
    assert len(rechecks(warehouse, Q2)) == 1


def test_a_revision_after_which_all_holds_asks_nothing(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    _, before = kept(warehouse, Q2)
    send(Q1, EARLIER | {"mentors": 11.0})
    assert kept(warehouse, Q2)[1] == before
    assert rechecks(warehouse, Q2) == []


def test_a_revision_that_is_not_accepted_asks_nothing(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    send(Q1, REVISED, accept=False)
    assert rechecks(warehouse, Q2) == []


def test_a_check_that_does_not_look_back_is_not_asked_again(warehouse, send):
    """K08b speaks of one quarter: it would be found anew here only because the finding of then is gone."""
    send(Q1, EARLIER)
    send(Q2, SOUND | {"posts_filled": 150.0})
    with writing(warehouse) as connection:
        connection.execute(schema.finding.delete().where(schema.finding.c.code == "K08b"))
    send(Q1, REVISED)
    assert "K08b" not in [f.code for f in kept(warehouse, Q2)[1].values()]


def test_the_newest_error_free_version_is_asked_about(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    send(Q2, SOUND | {"jobs_highedu": 501.0})  # an error: not taken
    send(Q1, REVISED)
    assert "K02" in [f.code for f in kept(warehouse, Q2, 0)[1].values()]
    assert "K02" not in [f.code for f in kept(warehouse, Q2, 1)[1].values()]


def test_quarters_further_on_are_looked_at_as_far_as_a_check_looks_back(warehouse, send):
    """W02 compares a flow with the median of four quarters."""
    usual = [100.0, 100.0, 10.0, 10.0]
    quarters = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
    for period, flow in zip(quarters, usual, strict=True):
        send(period, {"events_held": flow})
    send("2026Q1", {"events_held": 120.0})  # against a median of 55
    assert "W02" not in [f.code for f in kept(warehouse, "2026Q1")[1].values()]
    send(Q1, {"events_held": 10.0})  # now against one of 10
    assert ("W02", "events_held") in [(f.code, f.about) for f in kept(warehouse, "2026Q1")[1].values()]


def test_a_later_quarter_is_checked_again_though_it_is_locked(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    with writing(warehouse) as connection:
        connection.execute(schema.period.update().where(schema.period.c.period == Q2).values(locked=True))
    send(Q1, REVISED)
    assert [event.reason for event in rechecks(warehouse, Q2)] == ["2025Q1: K02"]


def test_acceptance_on_the_screen_checks_again_too(warehouse, send, writer):
    send(Q1, EARLIER, accept=False)
    send(Q2, SOUND)
    path = writer.history([("R1", Q1, REVISED)], "revised.xlsx")
    list(load_files(warehouse, [path], Delivery(accept=False)))
    with writing(warehouse) as connection:
        registry = Registry(connection)
        version = returns.newest(connection, "R1", Q1)
        known = versions.findings(connection, version)
        returns.answer(connection, version, dict.fromkeys(known, "So it is."), COMMAND_LINE)

        def content(wanted):
            return versions.reread(connection, wanted, lambda kept: read_returns(kept, FORM, settings().limits))

        for step in (SUBMIT, ACCEPT):
            version = returns.take(connection, FORM, registry, step, version, COMMAND_LINE, content=content)
    assert [event.reason for event in rechecks(warehouse, Q2)] == ["2025Q1: K02"]


def test_quarters_of_one_file_are_checked_with_each_other_only(warehouse, writer, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    both = [("R1", Q1, REVISED), ("R1", Q2, SOUND | {"firms_start": 61.0, "firms_end": 61.0})]
    load(warehouse, writer.history(both, "both.xlsx"))
    assert rechecks(warehouse, Q2) == []


def test_a_roster_is_read_again_from_the_kept_file(warehouse, writer):
    """R04 compares the firms financed since January with the rosters of the year."""
    first, second = writer.quarters("R1", "regional", (Q1, Q2))
    load(warehouse, first.path, second.path)
    unfinanced = [firm | dict.fromkeys(FINANCE, 0.0) | dict.fromkeys(LOANS, 0.0) for firm in first.roster]
    unfinanced = [firm | {"early_equity": 0.0} for firm in unfinanced]
    money = {f"{column}_amt": 0.0 for column in (*FINANCE, *LOANS, "early_equity")}
    values = first.values | money | {"fin_firms": 0.0, "fin_firms_ytd": 0.0}
    assert first.values["fin_firms"] > 0
    (report,) = load(warehouse, writer.form_of("R1", Q1, values, unfinanced, name="revised.xlsx"))
    assert report.returns[0].verdict == "queries"
    assert "R04" in [f.code for f in kept(warehouse, Q2)[1].values()]


def test_the_same_state_is_reached_whichever_quarter_came_first(warehouse, send):
    """A later quarter that is sent after the revision is refused for what would have become a query."""
    send(Q1, REVISED)
    report = send(Q2, SOUND)
    assert "K02" in [f.code for f in report.returns[0].findings if f.severity == "error"]


def test_only_checks_that_compare_with_earlier_quarters_are_asked_again(warehouse):
    with warehouse.connect() as connection:
        registry = Registry(connection)
        checker = Checker(FORM, registry, History(connection, FORM, registry))
    assert checker.looking_back == {"K02", "K04a", "K11b", "K11c", "W01", "W02", "W03", "W05", "R04"}
    assert checker.looks_back == 4


def test_such_a_query_is_answered_once_even_when_the_later_return_is_final(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND)
    send(Q1, REVISED)
    version, found = kept(warehouse, Q2)
    (number,) = [number for number, finding in found.items() if finding.code == "K02"]
    assert version.state == "final"
    with writing(warehouse) as connection:
        assert returns.answer(connection, version, {number: "A firm was counted late."}, COMMAND_LINE) == 1
    with writing(warehouse) as connection, pytest.raises(returns.NotPossible):
        returns.answer(connection, version, {number: "Something else."}, COMMAND_LINE)


def take(warehouse, period, *steps, reason=""):
    with writing(warehouse) as connection:
        version, registry = returns.newest(connection, "R1", period), Registry(connection)
        for step in steps:
            version = returns.take(
                connection, FORM, registry, step, version, COMMAND_LINE, reason, kept_files(connection)
            )


def answer_all(warehouse, period):
    with writing(warehouse) as connection:
        version = returns.newest(connection, "R1", period)
        waiting = returns.open_queries(versions.findings(connection, version))
        returns.answer(connection, version, dict.fromkeys(waiting, "So it is."), COMMAND_LINE)


def test_a_query_that_came_up_since_stops_acceptance_until_it_is_answered(warehouse, send):
    send(Q1, EARLIER)
    send(Q2, SOUND, accept=False)
    answer_all(warehouse, Q2)
    take(warehouse, Q2, SUBMIT)
    send(Q1, REVISED)
    with pytest.raises(returns.NotPossible, match="come up since"):
        take(warehouse, Q2, ACCEPT)
    answer_all(warehouse, Q2)
    take(warehouse, Q2, ACCEPT)
    assert kept(warehouse, Q2)[0].state == "accepted"


def test_after_a_refused_revision_later_quarters_are_held_against_what_is_in_force(warehouse, send):
    send(Q1, EARLIER)
    send(Q1, REVISED, accept=False)
    answer_all(warehouse, Q1)
    take(warehouse, Q1, SUBMIT, ACCEPT)
    take(warehouse, Q1, SEND_BACK, reason="No.")
    assert [version.in_force for version in (kept(warehouse, Q1, 0)[0], kept(warehouse, Q1)[0])] == [True, False]
    send(Q2, SOUND, accept=False)
    assert "K02" not in [f.code for f in kept(warehouse, Q2)[1].values()]


def test_when_a_revision_is_refused_the_later_quarters_are_checked_again_too(warehouse, send):
    send(Q1, EARLIER)
    send(Q1, REVISED, accept=False)
    answer_all(warehouse, Q1)
    take(warehouse, Q1, SUBMIT, ACCEPT)
    send(Q2, SOUND | {"firms_start": 61.0, "firms_end": SOUND["firms_end"] + 1})
    assert "K02" not in [f.code for f in kept(warehouse, Q2)[1].values()]
    take(warehouse, Q1, SEND_BACK, reason="No.")
    assert "K02" in [f.code for f in kept(warehouse, Q2)[1].values()]
