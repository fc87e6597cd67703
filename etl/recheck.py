"""When an earlier quarter is revised, the base's later ones are checked again; what fails now becomes a query."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from etl import events, periods
from etl.catalogue import Text
from etl.checks import Checker
from etl.events import Actor
from etl.findings import Finding
from etl.versions import Content, Version, add_findings, findings, later_versions


@dataclass(frozen=True)
class Rechecked:
    """A version of a later quarter, and the queries it was given."""

    version: Version
    queries: list[Finding]


def recheck(
    connection: Connection, checker: Checker, base: str, period: str, content: Content, actor: Actor
) -> list[Rechecked]:
    """Checks the base's later quarters against this one as it is now: of each that a check can look back from, the
    newest error-free version.

    Only what looks back over quarters is asked, and only what was not asked already; an error becomes a query, because
    nothing was wrong with that version when it was sent. Its values, state and other findings stay. `checker` reads
    through `connection` and knows the revised figures.
    """
    last = periods.shift(period, checker.looks_back)
    done = []
    for version in later_versions(connection, base, period, last):
        known = findings(connection, version)
        queries = _new_queries(checker, version, content, period, {(f.code, f.about) for f in known.values()})
        if queries:
            add_findings(connection, version, queries, first=max(known, default=0) + 1)
            about = ", ".join(dict.fromkeys(finding.code for finding in queries))
            told = {"version": version.version, "reason": f"{period}: {about}"}
            events.note(connection, base, version.period, actor, events.RECHECKED, **told)
            done.append(Rechecked(version, queries))
    return done


def _new_queries(
    checker: Checker, version: Version, content: Content, period: str, known: set[tuple[str, str]]
) -> list[Finding]:
    item = content(version)
    if item is None or not checker.check_again(item):
        return []
    return [
        _as_query(finding, period)
        for finding in item.findings
        if finding.code in checker.looking_back and (finding.code, finding.about) not in known
    ]


def _as_query(finding: Finding, period: str) -> Finding:
    """What stands in the answer column was written about something else, so the query is open."""
    en, zh = (
        f"Since {period} was revised: {finding.message.en}",
        f"{periods.in_chinese(period)}修订后:{finding.message.zh}",
    )
    return replace(finding, severity="query", message=Text(en=en, zh=zh), answer=None, remembered=None)
