"""What is to be done in a case: a form for each step that the viewer may take, with what speaks against it, and the
question before what cannot be taken back."""

from collections.abc import Sequence

from dash import html

from dashboard import case_words, numbers, sure, urls
from dashboard import components as c
from dashboard.components import Part
from dashboard.fields import text_field
from dashboard.still import Input
from dashboard.view import View
from indicators import cases as life
from indicators.definition import load_definitions
from indicators.doubts import Doubt
from indicators.repository import cases as repository
from indicators.repository.cases import CaseRow

ASIDE = (life.WITHDRAW, life.FALSE_DATA, life.LIFT)
"""Steps that are seldom taken: folded below the others."""
UNASKED = (life.ANSWER, life.PLAN)
"""Steps that can be added to, so that no question comes before them."""
STAYS = {life.NOTIFY: "notify", life.PROPOSE: "propose", life.FALSE_DATA: "false_data"}
"""Steps after which there is still a way back, though the record keeps both."""
KIND = {life.REFUSE: "worse", life.FALSE_DATA: "worse", life.WITHDRAW: "worse", life.LIFT: "", life.PLAN: ""}


def steps(shown: View, row: CaseRow, kept: str) -> Part:
    """A form for each step that the viewer may take; who cannot do anything is told who is in turn. `kept`: what was
    written and not taken."""
    main = [step for step in row.steps if step not in ASIDE]
    parts: list[Part] = [] if main else [_waiting(shown, row)]
    anew = row.case.state in life.ENDED
    forms = [_form(shown, row, step, kept if place == 0 else "") for place, step in enumerate(main)]
    parts += [_folded(shown.say("case.open_anew"), forms, bool(kept))] if anew and forms else forms
    for key, of in (("withdrawing", (life.WITHDRAW,)), ("more_steps", (life.FALSE_DATA, life.LIFT))):
        rest = [_form(shown, row, step, "") for step in row.steps if step in of]
        if rest:
            parts.append(_folded(shown.say(f"case.fold.{key}"), rest))
    return html.Div(parts, className="case-steps")


def _folded(title: str, forms: Sequence[Part], unfolded: bool = False) -> html.Details:
    return html.Details([html.Summary(title), *forms], className="twin", open=unfolded)


def _waiting(shown: View, row: CaseRow) -> Part:
    one = row.case
    if one.state:
        key = one.turn or ("withdrawn" if one.state == life.WITHDRAWN else "over")
        return html.P(shown.say(f"case.wait.{key}"), className="lead")
    quarter = numbers.quarter(one.period, shown.language)
    parts: list[Part] = [html.P(shown.say("case.not_opened"), className="lead")]
    if shown.ask_now(repository.grounds, one.base, one.period) is None:
        parts.append(html.P(shown.say("case.cannot_open", quarter=quarter)))
        parts.append(html.P(html.A(shown.say("nav.publications"), href=urls.PUBLICATIONS)))
    return html.Div(parts)


def _form(shown: View, row: CaseRow, step: str, kept: str) -> html.Form:
    say, one = shown.say, row.case
    field = f"text-{step}"
    return html.Form(
        [
            html.H2(say(f"case.step.{step}")),
            html.P(say(f"case.means.{step}"), className="note"),
            _decisions(shown, row) if step == life.PROPOSE else _against(shown, row, step),
            html.Label(say(f"case.text.{step}"), htmlFor=field),
            text_field(field, "text", kept, rows=6, required=True, maxLength=life.LONGEST),
            Input(type="hidden", name="step", value=step),
            Input(type="hidden", name="seen", value=str(len(one.events))),
            html.Button(say(f"case.do.{step}"), type="submit", className=f"button {KIND.get(step, 'main')}"),
            None if step in UNASKED else _question(shown, row, step),
        ],
        action=urls.case_path(one.base, one.period),
        method="post",
        className="case-step",
    )


# What speaks against it ---------------------------------------------------------------------------------------------------


def _against(shown: View, row: CaseRow, step: str) -> Part:
    found: Doubt | None = shown.ask_now(repository.doubt_of, row.case, step)
    return _tick(shown, found, step) if found else None


def _tick(shown: View, found: Doubt, of: str, choice: bool = False) -> html.Div:
    """What the publication says, and the tick that one knows. `choice`: it belongs to one decision of several."""
    attributes = {"hidden": "hidden", **c.data(choice=of)} if choice else {}
    box = Input(type="checkbox", name="known", value=of, required=not choice)
    return html.Div(
        [
            html.P(["▲ ", shown.say("case.against", words=found.words[shown.language])]),
            html.Label([box, html.Span(shown.say("case.known"))], className="choice-line"),
        ],
        className="against",
        **attributes,  # type: ignore[arg-type]
    )


def _decisions(shown: View, row: CaseRow) -> html.Fieldset:
    one, parts = row.case, []
    signed = shown.ask_now(repository.decisive, one.base, one.period)
    for decision in life.DECISIONS:
        possible = signed is not None or decision not in life.NEED_FINAL
        means = shown.say(f"case.decision_means.{decision}")
        if not possible:
            needs = shown.say("case.needs_signed", quarter=numbers.quarter(one.period, shown.language))
            means = shown.say("list.space").join((means, needs))
        words = html.Span([shown.say(f"case.decision.{decision}"), html.Span(means, className="under")])
        radio = Input(type="radio", name="decision", value=decision, required=True, disabled=not possible)
        parts.append(html.Label([radio, words], className="choice-line" if possible else "choice-line off"))
        found: Doubt | None = shown.ask_now(repository.doubt_of, one, life.PROPOSE, decision)
        if found:
            parts.append(_tick(shown, found, decision, choice=True))
    return html.Fieldset([html.Legend(shown.say("case.choose_decision")), *parts])


# The question -------------------------------------------------------------------------------------------------------------


def _question(shown: View, row: CaseRow, step: str) -> html.Dialog:
    say, one = shown.say, row.case
    name = row.base.name[shown.language]
    days = load_definitions().method.cases
    happens = say(
        f"case.sure.what.{step}",
        quarter=numbers.quarter(one.period, shown.language),
        year=one.period[:4],
        reply=days.reply_days,
        opinion=days.opinion_days,
    )
    told: list[Part] = []
    if step == life.PROPOSE:
        told += [sure.of_choice(decision, case_words.decided(shown, decision)) for decision in life.DECISIONS]
    if one.proposal and one.proposal.decision:
        told.append(case_words.decided(shown, one.proposal.decision))
    stays = STAYS.get(step, "other")
    told += [happens, say("case.sure.seen", base=name), say(f"case.sure.stays.{stays}")]
    title = say(f"case.sure.title.{step}", base=name)
    return sure.question(shown, step, title, told, say(f"case.do.{step}"), KIND.get(step, "main") or "main")
