"""Flags: one queue of bases by severity, each with its main reason, since when, how its case stands, and what to do."""

from collections import Counter
from collections.abc import Mapping, Sequence

from dash import html

from dashboard import beyond, numbers, return_words, states, urls, verdict_words
from dashboard import components as c
from dashboard.components import Part
from dashboard.flag_case import standing_of
from dashboard.frame import page
from dashboard.pages import flags_figures, flags_rows, overview_notes
from dashboard.pages.flags_rows import Row
from dashboard.tables import Table
from dashboard.urls import FLAGS, STEP, State
from dashboard.view import View
from indicators import repository
from indicators.cases import NOTIFY
from indicators.repository import FlagRow, Publication
from indicators.repository.cases import standing_cases
from indicators.repository.queue import queue
from indicators.repository.watch import KINDS
from indicators.verdicts.reasons import HONOUR

TABLE = "flags"


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = beyond.with_own(shown, shown.state(query))
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, FLAGS, states.nothing_published(shown))
    here = _rows(shown, state, publication)
    return page(shown, state, FLAGS, _content(shown, state, publication, here), _choices(shown, state))


def table(shown: View, state: State, publication: Publication) -> Table:
    """The chosen bases of the queue, as a file."""
    chosen = [row for row in _rows(shown, state, publication) if _chosen(shown, state, row)]
    return flags_rows.table(shown, state, publication, chosen)


# What is listed -------------------------------------------------------------------------------------------------------


def _rows(shown: View, state: State, publication: Publication) -> list[Row]:
    """Every base of the chosen type and area, in the order of the queue."""
    flags: dict[str, list[FlagRow]] = {}
    for flag in shown.ask(repository.flags, publication):
        flags.setdefault(flag.member.code, []).append(flag)
    cases = shown.ask_now(standing_cases, publication.period)
    return [
        Row(one, tuple(flags.get(one.member.code, ())), cases.get(one.member.code))
        for one in shown.ask(queue, publication)
        if state.type in ("", one.member.type) and states.inside(state, one.member)
    ]


def _filtered(state: State) -> bool:
    return bool(state.lamp or state.kind or state.case)


def _chosen(shown: View, state: State, row: Row) -> bool:
    """Without a choice what calls for a look: red and yellow lamps, and returns that are not in. A choice looks among all
    bases. Who has a single base sees it however it stands."""
    if not _filtered(state):
        old = row.queued.verdict is None and bool(row.flags)
        return row.queued.warned or row.absent or old or shown.scope.role == "base"
    return (
        state.lamp in ("", row.queued.lamp)
        and (not state.kind or state.kind in {flag.kind for flag in row.flags})
        and state.case in ("", standing_of(row.case))
    )


# Choices -----------------------------------------------------------------------------------------------------------


def _choices(shown: View, state: State) -> list[Part]:
    choices: list[Part] = [c.choose_quarter(shown, state, FLAGS)]
    if shown.scope.role == "base":
        return choices
    choices.append(c.choose_type(shown, state, FLAGS))
    choices.append(c.choose_area(shown, state, FLAGS) if shown.scope.everywhere else None)
    return choices


def _filters(shown: View, state: State, here: Sequence[Row], listed: Sequence[Row]) -> html.Div:
    """What narrows the queue, right above it; and the queue as a file."""
    return html.Div(
        [
            _choose_kind(shown, state, here),
            _choose_case(shown, state, here),
            c.downloads(shown, state, TABLE) if listed else None,
        ],
        className="queue-head",
    )


def _choose_kind(shown: View, state: State, here: Sequence[Row]) -> html.Label:
    counts = {kind: sum(kind in {flag.kind for flag in row.flags} for row in here) for kind in KINDS}
    words = {kind: shown.say(f"flags.kind.{kind}", n=numbers.plain(n)) for kind, n in counts.items()}
    return _chooser(shown, state, "kind", shown.say("flags.kinds"), shown.say("flags.any_kind"), words)


def _choose_case(shown: View, state: State, here: Sequence[Row]) -> html.Label:
    counts = Counter(standing_of(row.case) for row in here)
    words = {stands: shown.say(f"flags.case.{stands}", n=numbers.plain(counts[stands])) for stands in urls.CASE_STATES}
    return _chooser(shown, state, "case", shown.say("flags.cases"), shown.say("flags.any_case"), words)


def _chooser(shown: View, state: State, name: str, label: str, any_words: str, words: Mapping[str, str]) -> html.Label:
    """A choice whose options say how many bases they hold."""
    asked = state.with_(shown=STEP)
    options = [
        (urls.build(FLAGS, asked.with_(**{name: value})), told) for value, told in {"": any_words, **words}.items()
    ]
    return c.chooser(label, options, urls.build(FLAGS, asked), name)


# The page -------------------------------------------------------------------------------------------------------------


def _content(shown: View, state: State, publication: Publication, here: Sequence[Row]) -> list[Part]:
    chosen = [row for row in here if _chosen(shown, state, row)]
    own = shown.scope.role == "base"
    listed = [row for row in chosen if own or not row.absent]
    absent = [row for row in chosen if row not in listed]
    judged = any(row.queued.verdict for row in here)
    parts: list[Part] = [c.h1(_title(shown, state, publication, listed, own))]
    parts.append(html.P(_lead(shown, state, listed, own), className="lead"))
    parts.append(flags_figures.figures(shown, state, publication, here) if judged and not own else None)
    parts.append(None if own else _filters(shown, state, here, listed))
    parts += _queue(shown, state, publication, listed)
    if absent:
        parts.append(_absent(shown, publication, absent))
    if not _filtered(state) and not own:
        parts += _good(shown, state, publication, here)
    return parts


def _title(shown: View, state: State, publication: Publication, listed: Sequence[Row], own: bool) -> str:
    quarter = numbers.quarter(publication.period, shown.language)
    if own and len(listed) == 1 and (verdict := listed[0].queued.verdict):
        base = listed[0].queued.member.name[shown.language]
        return shown.say("flags.own", base=base, lamp=shown.say(f"verdict.lamp.{verdict.lamp}"), quarter=quarter)
    number = {0: "none", 1: "one"}.get(len(listed), "many")
    about = {"n": numbers.plain(len(listed)), "quarter": quarter}
    if _filtered(state):
        return shown.say(f"flags.title_chosen.{number}", **about)
    return shown.say(f"flags.title.{number}", **about)


def _lead(shown: View, state: State, listed: Sequence[Row], own: bool) -> Part:
    """How the queue is ordered; of an empty one what would be in it, and how to see more."""
    if listed or own:
        return shown.say("flags.lead_own" if own else "flags.lead")
    if not _filtered(state):
        return shown.say("flags.none")
    everything = html.A(
        shown.say("flags.show_all"), href=urls.build(FLAGS, state.with_(lamp="", kind="", case="", shown=STEP))
    )
    return [shown.say("flags.none_chosen"), " ", everything]


def _queue(shown: View, state: State, publication: Publication, listed: Sequence[Row]) -> list[Part]:
    if not listed:
        return []
    parts: list[Part] = [
        _not_yet(shown, state, publication, listed),
        flags_rows.queue_table(shown, publication, listed[: state.shown], state.kind),
    ]
    left = len(listed) - state.shown
    if left > 0:
        more = urls.build(FLAGS, state.with_(shown=state.shown + STEP))
        words = shown.say("flags.more", n=min(STEP, left), left=left)
        parts.append(html.P(html.A(words, href=more), className="more"))
    return parts


def _not_yet(shown: View, state: State, publication: Publication, listed: Sequence[Row]) -> Part:
    """Told to whoever opens cases: a notice needs figures that stay, and these are none."""
    unopened = [row.case for row in listed if row.queued.warned and row.case and not row.case.case.events]
    if not shown.scope.everywhere or not shown.scope.acts or shown.scope.approves or not unopened:
        return None
    if any(NOTIFY in case.steps for case in unopened):
        return None
    settled = [known for known in shown.published if known.settled]
    words = shown.say("flags.not_yet", quarter=numbers.quarter(publication.period, shown.language))
    if not settled:
        return html.P(words, className="note")
    last = settled[-1].period
    link = html.A(
        shown.say("flags.look_at", quarter=numbers.quarter(last, shown.language)),
        href=urls.build(FLAGS, state.with_(period=last, shown=STEP)),
    )
    return html.P([words, " ", link], className="note")


def _absent(shown: View, publication: Publication, found: Sequence[Row]) -> html.Section:
    """Bases without an accepted return stand together, each with where its return is: most are on their way."""
    waiting = shown.ask_now(repository.reports, publication.period).waiting
    stands = {known.base.code: return_words.state_mark(shown, known.state) for known in waiting}
    members = [row.queued.member for row in found]
    items = [
        html.Li(
            [
                c.base_link(shown, member.code, member.name[shown.language], publication),
                stands.get(member.code) or shown.say("flags.accepted_since"),
            ]
        )
        for member in members
    ]
    return c.section(shown.say("flags.absent", n=numbers.plain(len(found))), html.Ul(items), className="absent")


def _good(shown: View, state: State, publication: Publication, here: Sequence[Row]) -> list[Part]:
    """Whom to praise: bases that are proposed for an honour, then those that improved."""
    honoured = [row for row in here if row.queued.verdict and row.queued.verdict.proposal == HONOUR]
    parts: list[Part] = []
    if honoured:
        title = shown.say("flags.honoured", n=numbers.plain(len(honoured)))
        rows = flags_rows.queue_table(
            shown, publication, honoured[: state.shown], "", shown.say("flags.honoured_table")
        )
        parts.append(c.section(title, rows, className="honoured"))
    if any(row.queued.lamp not in (None, *verdict_words.WORST_FIRST[2:3]) for row in here):
        parts.append(overview_notes.improved(shown, state, publication))
    return parts
