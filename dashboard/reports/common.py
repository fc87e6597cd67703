"""What every report says of its figures: head, foot, status."""

from dashboard import hashes, lamps, numbers, verdict_words
from dashboard.reports.content import Cell, Marked
from dashboard.view import View
from etl.clock import local, now
from etl.form import load_form
from indicators.repository import Publication, Verdict
from indicators.sources import REVISED
from indicators.verdicts.reasons import Reason


def head(shown: View, publication: Publication) -> tuple[str, str]:
    """The programme; the quarter with the status of its figures."""
    quarter = numbers.quarter(publication.period, shown.language)
    return load_form().programme.name[shown.language], shown.say("list.middot").join(
        [quarter, status(shown, publication)]
    )


def status(shown: View, publication: Publication) -> str:
    """ "final, not signed yet" """
    vintage = shown.say(f"vintage.{publication.vintage}")
    return shown.say("vintage.unsigned", vintage=vintage) if publication.unsigned else vintage


def foot(shown: View, publication: Publication) -> str:
    """Which figures these are: publication, day, method, and when the report was made."""
    made = now()
    return shown.say(
        "report.foot",
        publication=publication.code,
        day=numbers.day(publication.created_at, shown.language),
        method=publication.method_hash[: hashes.SHORT],
        definitions=publication.definitions_hash[: hashes.SHORT],
        made=f"{numbers.day(made, shown.language)} {local(made):%H:%M}",
    )


def meaning(shown: View, publication: Publication) -> str:
    """What that status means, in a sentence."""
    waits = "revised_unsigned" if publication.vintage == REVISED else "unsigned"
    return shown.say(f"report.status.{waits if publication.unsigned else publication.vintage}")


def signature(shown: View, publication: Publication) -> str | None:
    """Who signed the figures, when."""
    if not publication.approved_by or not publication.approved_at:
        return None
    day = numbers.day(publication.approved_at, shown.language)
    return shown.say("report.signed", who=publication.approved_by, day=day)


def lamp_mark(shown: View, lamp: str | None) -> Cell:
    """The lamp with its one word, in a table; a dash where there is none."""
    return (
        Marked(lamps.SHAPES[lamp], lamp, shown.say(f"lamp.{lamp}")) if lamp and lamp in lamps.SHAPES else numbers.NONE
    )


def lamp(shown: View, verdict: Verdict) -> Marked:
    """The lamp with its word."""
    return Marked(lamps.SHAPES[verdict.lamp], verdict.lamp, shown.say(f"verdict.lamp.{verdict.lamp}"))


def verdict_line(shown: View, verdict: Verdict) -> Marked:
    """Lamp, grade, trend and proposal on one line."""
    parts = [shown.say(f"verdict.lamp.{verdict.lamp}")]
    if verdict.grade:
        parts.append(shown.say("verdict.grade" if verdict.final else "verdict.grade_so_far", grade=verdict.grade))
    parts.append(shown.say(f"verdict.trend.{verdict.trend}"))
    if verdict.proposal:
        parts.append(shown.say(f"verdict.proposal.{verdict.proposal}"))
    return Marked(lamps.SHAPES[verdict.lamp], verdict.lamp, shown.say("list.middot").join(parts))


def reason(shown: View, verdict: Verdict, told: Reason, base_type: str) -> Marked:
    """A reason of the verdict with the mark of what it weighs for."""
    words = verdict_words.words(shown, told, base_type, verdict.definitions)
    return Marked(verdict_words.mark_of(told), verdict_words.tone_of(told), words)


def interval(shown: View, low: float | None, high: float | None) -> str:
    """Between which ranks it may lie."""
    if low is None or high is None:
        return numbers.NONE
    return shown.say("base.between", low=numbers.plain(round(low)), high=numbers.plain(round(high)))
