"""The head of a base's page: how it stands in a sentence, the verdict with its reasons and their evidence, the scores."""

from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import evidence, flag_words, numbers, permissions, standing_words, urls, verdict_words
from dashboard.components import Part
from dashboard.evidence import SCORES_ID, Address
from dashboard.pages.ranking_columns import HALF_A_SCALE
from dashboard.view import View
from etl.status import MISSING
from etl.versions import ACCEPTED, DRAFT, FINAL
from indicators import repository
from indicators.repository import PillarScore, Profile, Publication
from indicators.repository.base_returns import BaseReturn
from indicators.repository.publications import before
from indicators.sources import REVISED
from indicators.verdicts.reasons import Reason

OVERDUE = "overdue"


def verdict(
    shown: View, publication: Publication, found: Profile, sent: Sequence[BaseReturn], address: Address
) -> html.Div:
    """The sentence of standing, the lamp and the reasons. `sent`: the base's returns as they stand now."""
    known = shown.ask(repository.verdicts, publication).get(found.member.code)
    standing: list[Part] = [
        html.P(standing_words.standing(shown, publication, found), className="sentence"),
        _revised(shown, publication, found),
    ]
    if not found.member.returned:
        standing.append(_what_next(shown, publication, found, sent))
    flags = _flags(shown, publication, found)
    if known is None:  # of a publication that was made before there were verdicts
        return html.Div([*standing, flags])
    more = html.Details([html.Summary(shown.say("verdict.flags", n=len(found.flags))), flags], className="twin")
    return html.Div(
        [
            verdict_words.headline(shown, known),
            *standing,
            _reasons(shown, publication, found, known.reasons, address),
            more if found.flags else None,
        ]
    )


def _revised(shown: View, publication: Publication, found: Profile) -> Part:
    """Below the rank of a revised publication: which it was before, and where it stands what was changed."""
    last = before(shown.ask_now(repository.every_publication), publication) if publication.vintage == REVISED else None
    if last is None or last.period != publication.period:
        return None
    words = standing_words.before_revision(shown, last, found)
    link = html.A(shown.say("publications.since", name=last.code), href=urls.compare_path(last.code, publication.code))
    return html.P([words, " ", link] if shown.may(permissions.COMPARE) else words, className="next")


# No accepted return ----------------------------------------------------------------------------------------------------


def _what_next(shown: View, publication: Publication, found: Profile, sent: Sequence[BaseReturn]) -> Part:
    """Where the missing return is now, and what happens next."""
    one = next((each for each in sent if each.period == publication.period), None)
    if one is None:
        return None
    state = _state(one)
    due = numbers.day(one.reporting.due, shown.language) if one.reporting.due else numbers.NONE
    key = "absent.draft_one" if state == DRAFT and one.errors == 1 else f"absent.{state}"
    words = [shown.say(key, n=one.errors, due=due), shown.say(f"absent.next.{state}")]
    link = html.A(shown.say("absent.to_return"), href=urls.return_path(found.member.code, publication.period))
    return html.P([shown.say("list.space").join(words), " ", link], className="next")


def _state(one: BaseReturn) -> str:
    """Which of the sentences on an absent return it is."""
    if one.state == FINAL:
        return ACCEPTED
    return OVERDUE if one.state == MISSING and one.reporting.overdue else one.state


# Reasons ---------------------------------------------------------------------------------------------------------------


def _reasons(
    shown: View, publication: Publication, found: Profile, told: Sequence[Reason], address: Address
) -> html.Ul | None:
    """Each reason once, with a mark for everything that it weighs for, and the way to its evidence."""
    merged: dict[str, tuple[list[Part], Reason]] = {}
    for reason in told:
        words = verdict_words.words(shown, reason, found.member.type, found.definitions)
        merged.setdefault(words, ([], reason))[0].append(verdict_words.mark(reason))
    items = [
        html.Li([html.Span(marks, className="marks"), html.Span([c.explained(shown, publication, found.member.type, reason.code, words, found.definitions), " ", evidence.link(shown, publication, found.member, reason, found.definitions, address)])])
        for words, (marks, reason) in merged.items()
    ]  # fmt: skip
    return html.Ul(items, className="reasons") if items else None


def _flags(shown: View, publication: Publication, found: Profile) -> Part:
    """What deserves a look, in words."""
    flags = [
        html.Li(
            [
                html.Span(flag_words.SHAPES[flag.kind], className=f"shape {flag.kind}", **c.aria(hidden="true")),
                html.Span(flag_words.linked(shown, publication, flag)),
            ]
        )
        for flag in found.flags
    ]
    return html.Ul(flags, className="reasons") if flags else html.P(shown.say("base.no_flags"), className="note")


# Scores ----------------------------------------------------------------------------------------------------------------


def scores(shown: View, publication: Publication, found: Profile) -> Part:
    """The index and the pillars: score, which leads to what it is made of, place, and the score over the quarters."""
    definitions, language = found.definitions, shown.language
    rows: list[list[Part]] = []
    for part in (found.index, *found.pillars):
        place = _place(shown, part, found.n)
        bar = html.Span(
            html.Span(style={"width": f"{part.score or 0:.1f}%"}), className="meter", **c.aria(hidden="true")
        )
        score = html.A(
            numbers.score(part.score),
            href=urls.explain_path(found.member.code, publication.period, part.code),
            title=shown.say("explain.how"),
        )
        course = _course(shown, part, found.periods)
        rows.append([definitions.name(part.code)[language], bar, score, place, course])
    head = ["base.scores", "", "table.score", "table.place", "table.trend"]
    table = c.table([key and shown.say(key) for key in head], rows, numeric_from=2, className="scores")
    return html.Div(table, id=SCORES_ID)


def _course(shown: View, part: PillarScore, periods: Sequence[str]) -> Part:
    """The score over the quarters as a line; in words for who does not see it."""
    line = c.sparkline(part.trend, (72, 20), complete=part.score is not None, least=HALF_A_SCALE)
    if line is None:
        return numbers.NONE
    told = [
        f"{numbers.quarter(period, shown.language)} {numbers.score(value)}"
        for period, value in zip(periods, part.trend, strict=True)
        if value is not None
    ]
    words = shown.say("list.semicolon").join(told)
    return html.Span(line, title=words, role="img", **c.aria(label=words))


def _place(shown: View, part: PillarScore, n: int) -> Part:
    """The place of n, and below it where it may lie."""
    if part.rank is None:
        return numbers.NONE
    place = shown.say("base.place", rank=part.rank, n=n)
    if part.low is None or part.high is None:
        return place
    between = shown.say("base.between", low=round(part.low), high=round(part.high))
    return [place, html.Span(between, className="under")]
