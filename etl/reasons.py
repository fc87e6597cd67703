"""Reasons that reviewers accepted: a query that is still about the same thing answers itself.

An accepted reason covers the range of the number it was given for (`remembered_within` in form/checks.yml), as far as
the check asks about it. It ends with the first accepted return whose value lies outside, or which raises no such query
any more; a later return to the range does not revive it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from etl import schema
from etl.findings import Finding, Query
from etl.form import Form
from etl.warehouse import upsert

_AT_ONCE = 500


@dataclass(frozen=True)
class Reason:
    """One accepted reason. `low` and `high` are None where it is about no number, such as a blank; `ended` is the
    quarter whose accepted return put an end to it."""

    base: str
    code: str
    about: str
    period: str
    text: str
    low: float | None
    high: float | None
    ended: str | None = None

    def holds_in(self, period: str) -> bool:
        return self.period <= period and (self.ended is None or period < self.ended)

    def covers(self, quantity: float | None) -> bool:
        if quantity is None or self.low is None or self.high is None:
            return quantity is None and self.low is None
        return self.low <= quantity <= self.high


_REASON = [schema.reason.c[name] for name in Reason.__dataclass_fields__]
# Statements that run for every return are made once.
_OF_BASES = (
    select(*_REASON)
    .where(schema.reason.c.base.in_(bindparam("bases", expanding=True)))
    .order_by(schema.reason.c.period)
)
_ALIVE = select(*_REASON).where(
    schema.reason.c.base == bindparam("base"),
    schema.reason.c.period <= bindparam("period"),
    or_(schema.reason.c.ended.is_(None), schema.reason.c.ended > bindparam("period")),
)


def range_of(quantity: float | None, within: float) -> tuple[float | None, float | None]:
    """What a reason for this number covers: number ÷ (1 + within) … number × (1 + within)."""
    if quantity is None:
        return None, None
    # Rounded, so that 1.2 × 1.5 is 1.8 and not a little less.
    ends = [float(f"{end:.12g}") for end in (quantity / (1 + within), quantity * (1 + within))]
    return min(*ends, quantity), max(*ends, quantity)


def remembered(connection: Connection, bases: Iterable[str]) -> dict[str, list[Reason]]:
    """Base → its accepted reasons, in the order of their quarters."""
    bases, found = list(bases), {}
    for start in range(0, len(bases), _AT_ONCE):
        for row in connection.execute(_OF_BASES, {"bases": bases[start : start + _AT_ONCE]}):
            found.setdefault(row.base, []).append(Reason(*row))
    return found


def with_remembered(form: Form, findings: Iterable[Finding], reasons: Iterable[Reason], period: str) -> list[Finding]:
    """The findings of a base's quarter; a query without an answer takes the latest reason accepted for it up to that
    quarter, if its number is covered. `reasons` in the order of their quarters."""
    latest = {(reason.code, reason.about): reason for reason in reasons if reason.period <= period}
    return [_with_remembered(form, finding, latest, period) for finding in findings]


def _with_remembered(form: Form, finding: Finding, latest: Mapping[tuple[str, str], Reason], period: str) -> Finding:
    reason = latest.get((finding.code, finding.about))
    if reason is None or finding.answer or not _remembers(form, finding):
        return finding
    if not (reason.holds_in(period) and reason.covers(finding.quantity)):
        return finding
    return replace(finding, answer=reason.text, remembered=reason.period)


def _remembers(form: Form, finding: Finding) -> bool:
    check = form.checks.get(finding.code)
    return finding.severity == "query" and check is not None and check.remembered_within is not None


def accept_reasons(
    connection: Connection, form: Form, base: str, period: str, findings: Iterable[Finding], by: str, at: datetime
) -> None:
    """A reviewer accepted this base's quarter: the answers to its queries are remembered, and the reasons that its
    values have left are ended. `findings`: the accepted version's, with their answers."""
    asked = {(finding.code, finding.about): finding for finding in findings if _remembers(form, finding)}
    _end(connection, base, period, asked)
    rows = []
    for finding in asked.values():
        if finding.answer and not finding.remembered:  # a remembered one keeps the range it was accepted for
            low, high = range_of(finding.quantity, form.checks[finding.code].remembered_within or 0.0)
            accepted = {"accepted_by": by[:80], "accepted_at": at}
            reason = Reason(base, finding.code, finding.about, period, finding.answer, low, high)
            rows.append({**vars(reason), **accepted})
    upsert(connection, schema.reason, rows)


def forget_reasons(connection: Connection, base: str, period: str) -> None:
    """What was accepted of this base's quarter is sent back: its reasons answer nothing, and end nothing."""
    reason = schema.reason
    connection.execute(delete(reason).where(reason.c.base == base, reason.c.period == period))
    connection.execute(update(reason).where(reason.c.base == base, reason.c.ended == period).values(ended=None))


def _end(connection: Connection, base: str, period: str, asked: Mapping[tuple[str, str], Finding]) -> None:
    """Ends the base's reasons, of this quarter or an earlier one, that do not cover what is asked now."""
    reason = schema.reason.c
    for row in connection.execute(_ALIVE, {"base": base, "period": period}).all():
        known, finding = Reason(*row), asked.get((row.code, row.about))
        if finding is None or not known.covers(finding.quantity):
            key = (reason.base == base, reason.code == row.code, reason.about == row.about)
            connection.execute(update(schema.reason).where(*key, reason.period == row.period).values(ended=period))


def answered(findings: Iterable[Finding], answers: Mapping[Query, str]) -> list[Finding]:
    """Carries answers given for an earlier version of the same quarter over to the queries that are still open and
    about the very same number. `answers`: by `Finding.query` of the earlier version."""
    return [
        replace(finding, answer=answers[finding.query])
        if finding.severity == "query" and finding.open and answers.get(finding.query)
        else finding
        for finding in findings
    ]
