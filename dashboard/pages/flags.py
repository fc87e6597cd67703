"""Flags: verdicts and what else deserves a look, base by base, each in a sentence with its numbers."""

from collections import Counter
from collections.abc import Mapping

from dash import html

from dashboard import components as c
from dashboard import flag_words, numbers, return_words, states, urls, verdict_words
from dashboard.components import Part
from dashboard.frame import page
from dashboard.urls import FLAGS, STEP, State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.flags import MISSING_RETURN
from indicators.repository import FlagRow, Publication, Verdict
from indicators.repository.watch import KINDS

TOLD = 6
"""How many reasons of a verdict are told here; the base's page tells them all."""


def render(shown: View, query: Mapping[str, str]) -> Part:
    """The page for a viewer and the choices in its address."""
    state = shown.state(query)
    publication = shown.publication(state)
    if publication is None:
        return page(shown, state, FLAGS, states.nothing_published(shown))
    choices = [c.choose_quarter(shown, state, FLAGS)]
    if shown.scope.everywhere:
        choices += [c.choose_type(shown, state, FLAGS), c.choose_area(shown, state, FLAGS)]
    everything = shown.ask(repository.flags, publication, None, state.type or None)
    here = [flag for flag in everything if states.inside(state, flag.member)]
    judged = shown.ask(repository.verdicts, publication)
    listed = shown.ask(repository.members, publication, state.type or None)
    judged = {code: judged[code] for code, base in listed.items() if code in judged and states.inside(state, base)}
    return page(shown, state, FLAGS, _content(shown, state, publication, here, judged), choices)


def _content(
    shown: View, state: State, publication: Publication, here: list[FlagRow], judged: dict[str, Verdict]
) -> list[Part]:
    say = shown.say
    if state.lamp:
        here = [flag for flag in here if flag.member.code in judged and judged[flag.member.code].lamp == state.lamp]
    chosen = [flag for flag in here if state.kind in ("", flag.kind)]
    by_base: dict[str, list[FlagRow]] = {}
    for flag in chosen:
        by_base.setdefault(flag.member.code, []).append(flag)
    title = say(
        "flags.title",
        n=numbers.plain(len(chosen)),
        bases=numbers.plain(len(by_base)),
        quarter=numbers.quarter(publication.period, shown.language),
    )
    parts: list[Part] = [
        html.H1(title, className="page-title"),
        html.P(say("flags.lead"), className="lead"),
        _lamps(shown, state, judged) if judged else None,
        _kinds(shown, state, here),
    ]
    if not by_base:
        return [*parts, html.P(say("flags.none"), className="lead")]
    absent = [found[0] for found in by_base.values() if found[0].kind == MISSING_RETURN]
    listed = [found for found in by_base.values() if found[0].kind != MISSING_RETURN]
    listed.sort(key=lambda found: _seriousness(judged.get(found[0].member.code)))
    if absent:
        parts.append(_absent(shown, publication, absent))
    if listed:
        parts.append(
            html.Div(
                [_base(shown, publication, found, judged) for found in listed[: state.shown]], className="flag-list"
            )
        )
    if len(listed) > state.shown:
        more = urls.build(FLAGS, state.with_(shown=state.shown + STEP))
        left = len(listed) - state.shown
        parts.append(html.P(html.A(say("flags.more", n=min(STEP, left), left=left), href=more), className="more"))
    return parts


def _absent(shown: View, publication: Publication, found: list[FlagRow]) -> html.Section:
    """Bases without an accepted return stand together, each with where its return is: most are on their way."""
    waiting = shown.ask_now(repository.reports, publication.period).waiting
    stands = {known.base.code: return_words.state_mark(shown, known.state) for known in waiting}
    items = [
        html.Li(
            [
                c.base_link(shown, flag.member.code, flag.member.name[shown.language], publication),
                stands.get(flag.member.code) or shown.say("flags.accepted_since"),
            ]
        )
        for flag in found
    ]
    return c.section(shown.say("flags.absent", n=numbers.plain(len(found))), html.Ul(items), className="absent")


def _seriousness(verdict: Verdict | None) -> int:
    """Red lamps first; bases of one lamp keep their order."""
    order = verdict_words.WORST_FIRST
    return order.index(verdict.lamp) if verdict else len(order)


def _lamps(shown: View, state: State, judged: dict[str, Verdict]) -> Part:
    counts = Counter(verdict.lamp for verdict in judged.values())
    entries = [("", shown.say("verdict.all_lamps", n=numbers.plain(len(judged))))]
    entries += [
        (lamp, shown.say(f"verdict.count.{lamp}", n=numbers.plain(counts[lamp]))) for lamp in verdict_words.WORST_FIRST
    ]
    links = [
        (urls.build(FLAGS, state.with_(lamp=lamp, shown=STEP)), words, lamp == state.lamp) for lamp, words in entries
    ]
    return c.segments(shown.say("verdict.lamps"), links)


def _kinds(shown: View, state: State, here: list[FlagRow]) -> Part:
    counts = Counter(flag.kind for flag in here)
    entries = [("", shown.say("flags.all_kinds", n=numbers.plain(len(here))))]
    entries += [(kind, shown.say(f"flags.kind.{kind}", n=numbers.plain(counts[kind]))) for kind in KINDS]
    links = [
        (urls.build(FLAGS, state.with_(kind=kind, shown=STEP)), words, kind == state.kind) for kind, words in entries
    ]
    return c.segments(shown.say("flags.kinds"), links)


def _base(shown: View, publication: Publication, found: list[FlagRow], judged: dict[str, Verdict]) -> html.Section:
    member, form, language = found[0].member, load_form(), shown.language
    verdict = judged.get(member.code)
    place = form.provinces.get(member.province)
    kind = form.types[member.type].name[language] if member.type in form.types else member.type
    about = shown.say("list.middot").join([kind, place.name[language] if place else member.province])
    sentences = [
        html.Li(
            [
                html.Span(flag_words.SHAPES[flag.kind], className=f"shape {flag.kind}", **c.aria(hidden="true")),
                html.Span(flag_words.linked(shown, publication, flag)),
            ]
        )
        for flag in found
    ]
    head = html.Div(
        [
            html.H2(c.base_link(shown, member.code, member.name[language], publication)),
            html.P(about, className="note"),
            html.P(verdict_words.lamp_mark(shown, verdict.lamp)) if verdict else None,
        ]
    )
    if verdict is None or verdict.lamp not in verdict_words.CAUSE:
        return html.Section([head, html.Ul(sentences)])
    more = html.Details([html.Summary(shown.say("verdict.flags", n=len(found))), html.Ul(sentences)], className="twin")
    told = verdict_words.reasons(shown, publication, verdict, member.type, TOLD)
    return html.Section([head, html.Div([told, more])])
