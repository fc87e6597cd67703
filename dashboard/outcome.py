"""What came of something a person sent: kept in their session until the page has told them.

A word on what was done is told once. A file that was not taken is told of until another one is, however often the page
is loaded: nothing else remembers it.
"""

from dataclasses import asdict, dataclass

from flask import session

from etl.catalogue import Text
from etl.clock import now
from etl.findings import Finding

TOLD, REFUSED = "told", "refused"
KEPT = 1_500
"""Characters of a text that is given back because it was not taken: a session is small."""
MOST = 3
"""Findings of a refused file that are kept: a session is small, and more would not help."""


@dataclass(frozen=True)
class Told:
    """`good`: it was done; otherwise it says why not. `at`: the part of the page that it is about, "" for its head; of a
    case, the text that was not taken."""

    of: str
    good: bool
    text: str
    at: str


@dataclass(frozen=True)
class Refused:
    """A file that was not taken. `findings`: (place, English, Chinese); `more`: how many others there were."""

    of: str
    file: str
    at: str
    findings: list[tuple[str, str, str]]
    more: int

    def texts(self) -> list[tuple[str, Text]]:
        return [(place, Text(en=en, zh=zh)) for place, en, zh in self.findings]


def _key(base: str, period: str) -> str:
    return f"{base} {period}"


def tell(base: str, period: str, text: str, good: bool = True, at: str = "") -> None:
    session[TOLD] = asdict(Told(_key(base, period), good, text, at))


def told(base: str, period: str) -> Told | None:
    """What has not been told yet; it is told now."""
    kept = session.get(TOLD)
    if not kept or kept["of"] != _key(base, period):
        return None
    return Told(**session.pop(TOLD))


def refuse(base: str, period: str, file: str, findings: list[Finding]) -> None:
    first = [(_place(finding), finding.message.en, finding.message.zh) for finding in findings[:MOST]]
    more = max(0, len(findings) - MOST)
    session[REFUSED] = asdict(Refused(_key(base, period), file[:80], now().isoformat(), first, more))


def _place(finding: Finding) -> str:
    return " ".join(part for part in (finding.sheet, finding.cell) if part)


def refused(base: str, period: str) -> Refused | None:
    kept = session.get(REFUSED)
    return Refused(**kept) if kept and kept["of"] == _key(base, period) else None


def forget_refused() -> None:
    session.pop(REFUSED, None)
