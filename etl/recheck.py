"""When an earlier quarter is revised, the base's later ones are checked again; what fails now becomes a query."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from etl import events, periods
from etl.catalogue import Text
from etl.checks import Checker
from etl.events import Actor
from etl.findings import Finding
from etl.reading import HISTORY_SHEET, Return
from etl.versions import Content, Version, add_findings, figures, findings, later_versions


@dataclass(frozen=True)
class Rechecked:
    """A version of a later quarter, and the queries it was given."""

    version: Version
    queries: list[Finding]


def recheck(
    connection: Connection, checker: Checker, revised: Version, content: Content, actor: Actor
) -> list[Rechecked]:
    """Checks a base's later quarters against a version that has just become facts: of each quarter that a check can
    look back from, the newest error-free version.

    Only what looks back over quarters is asked, and only what was not asked already; an error becomes a query, because
    nothing was wrong with that version when it was sent. Its values, state and other findings stay. `checker` reads
    through `connection` and knows the revised figures.
    """
    base, period, done = revised.base, revised.period, []
    for version in later_versions(connection, base, period, periods.shift(period, checker.looks_back)):
        if version.sha256 == revised.sha256:
            continue  # it came in the same file and was checked with it
        known = findings(connection, version)
        queries = _new_queries(checker, _again(connection, version, content), known.values(), period)
        if queries:
            add_findings(connection, version, queries, first=max(known, default=0) + 1)
            told = ", ".join(dict.fromkeys(finding.code for finding in queries))
            about = {"version": version.version, "reason": f"{period}: {told}"}
            events.note(connection, base, version.period, actor, events.RECHECKED, **about)
            done.append(Rechecked(version, queries))
    return done


def _again(connection: Connection, version: Version, content: Content) -> Return | None:
    """The return of a version. A row of a history has no roster, so its kept figures are all of it."""
    if version.sheet == HISTORY_SHEET:
        return Return(version.base, version.period, version.sheet, figures(connection, version))
    return content(version)


def _new_queries(checker: Checker, item: Return | None, known: Iterable[Finding], period: str) -> list[Finding]:
    if item is None or not checker.check_again(item):
        return []
    before = {(finding.code, finding.about) for finding in known}
    return [
        _as_query(finding, period)
        for finding in item.findings
        if finding.code in checker.looking_back and (finding.code, finding.about) not in before
    ]


def _as_query(finding: Finding, period: str) -> Finding:
    """What stands in the answer column was written about something else, so the query is open."""
    en, zh = (
        f"Since {period} was revised: {finding.message.en}",
        f"{periods.in_chinese(period)}修订后:{finding.message.zh}",
    )
    return replace(finding, severity="query", message=Text(en=en, zh=zh), answer=None, remembered=None)
