"""What other thresholds would have done to the last published quarters. Nothing is changed; the address holds them.

Gathering the evidence takes seconds, so the page comes at once and the result by a callback.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import Input as Given
from dash import Output, callback, dcc, html

from dashboard import awaited, method_record, numbers, permissions, states, urls
from dashboard import components as c
from dashboard import simulated as told
from dashboard.components import Part
from dashboard.frame import page
from dashboard.still import Input, still
from dashboard.urls import SIMULATION, State
from dashboard.view import View, view
from indicators.catalogue import NotKept
from indicators.definition import load_definitions
from indicators.repository.rejudge import QUARTERS, other_thresholds
from indicators.scope import NotAllowed
from indicators.verdicts.settings import TOP_AND_NEXT, Range, Setting

THRESHOLD = "t_"
"""Before a threshold's name in the address: its value, where it is not the published one."""
WRITTEN = 20
"""Characters of what was written in a field that are given back."""
BUTTON, RESULT, CHANGES, WHAT = "simulation-run", "simulation-result", "simulation-changes", "simulation-what"


def render(shown: View, query: Mapping[str, Any]) -> Part:
    """The page for a viewer and the thresholds in its address."""
    state = shown.state(query)
    if not shown.published:
        return page(shown, state, SIMULATION, states.nothing_published(shown))
    asked = read(query)
    return page(shown, state, SIMULATION, _content(shown, state, asked), address=address(asked, state))


# The thresholds and their address ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What an address asks for. `written`: by threshold, what is not as published, as it was written; `changed`: the
    numbers among it that the threshold can have."""

    written: Mapping[str, str]
    changed: Mapping[str, float]

    @property
    def wrong(self) -> set[str]:
        return set(self.written) - set(self.changed)


def read(query: Mapping[str, Any]) -> Asked:
    """The thresholds in an address. Unknown ones are as good as not there."""
    definitions = load_definitions()
    ranges, thresholds = definitions.threshold_ranges(), definitions.method.verdicts.thresholds
    written, changed = {}, {}
    for name, setting in thresholds.items():
        text = query.get(f"{THRESHOLD}{name}")
        if not isinstance(text, str):
            continue
        number = _number(text)
        if number == setting.value:
            continue
        written[name] = text.strip()[:WRITTEN]
        if number is not None and ranges[name].holds(number):
            changed[name] = number
    if too_many(changed):
        changed = {name: number for name, number in changed.items() if name not in SHARES}
    return Asked(written, changed)


SHARES = ("top", "next")
"""The thresholds that say which part of a type has grade A, and which B."""


def too_many(changed: Mapping[str, float]) -> bool:
    """Whether A and B together would leave nobody for C."""
    now = load_definitions().method.verdicts.thresholds
    return sum(changed.get(name, now[name].value) for name in SHARES) > TOP_AND_NEXT


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _query(asked: Asked, state: State) -> dict[str, str]:
    given = {f"{THRESHOLD}{name}": text for name, text in asked.written.items()}
    return given | ({"shown": str(state.shown)} if state.shown != urls.STEP else {})


def address(asked: Asked, state: State) -> str:
    given = _query(asked, state)
    return f"{SIMULATION}?{urlencode(given)}" if given else SIMULATION


# The page ---------------------------------------------------------------------------------------------------------------


def _content(shown: View, state: State, asked: Asked) -> Part:
    say = shown.say
    head = [
        html.P(html.A(say("simulation.back"), href=urls.METHOD), className="crumbs"),
        c.h1(say("simulation.title")),
        html.P(say("simulation.lead", quarters=_quarters(shown)), className="lead"),
    ]
    result = _wrong(shown, asked) if asked.wrong else _awaited(shown, state, asked)
    changes = html.Div(id=CHANGES, className="simulation-rest")
    return [*head, html.Div([result, _form(shown, state, asked), changes], className="simulation")]


def _quarters(shown: View) -> str:
    """The quarters that are judged again; those that are not published for good say so."""
    told = []
    for one in shown.published[-QUARTERS:]:
        quarter, vintage = numbers.quarter(one.period, shown.language), shown.say(f"vintage.{one.vintage}")
        told.append(quarter if one.settled else shown.say("simulation.of_vintage", quarter=quarter, vintage=vintage))
    return shown.say("list.comma").join(told)


def _form(shown: View, state: State, asked: Asked) -> html.Form:
    """The thresholds; whatif.js goes to the address that they make when the button is pressed."""
    say, ranges = shown.say, load_definitions().threshold_ranges()
    thresholds = load_definitions().method.verdicts.thresholds
    fields = [_field(shown, name, setting, ranges[name], asked) for name, setting in thresholds.items()]
    trial = method_record.trial(shown, (setting.source[shown.language] for setting in thresholds.values()))
    waits = not asked.wrong
    button = html.Button(
        say("simulation.working" if waits else "simulation.run"),
        id=BUTTON,
        type="submit",
        className="button main",
        disabled=waits,
        **awaited.frees(say("simulation.run")),
    )
    reset = html.A(say("simulation.reset"), href=SIMULATION) if asked.written else None
    # The key makes a new form for a new address, so that it always says what is shown.
    return html.Form(
        [still(html.Div([*fields, trial], className="thresholds")), html.Div([button, reset], className="actions")],
        action=SIMULATION,
        method="get",
        className="simulation-form",
        noValidate="noValidate",
        key=address(asked, state),
    )


def _field(shown: View, name: str, setting: Setting, allowed: Range, asked: Asked) -> html.Div:
    say, field, language = shown.say, f"{THRESHOLD}{name}", shown.language
    published, wrong = numbers.setting(setting.value), name in asked.wrong
    limits = say(
        "simulation.whole" if allowed.whole else "simulation.range",
        least=numbers.setting(allowed.least),
        most=numbers.setting(allowed.most),
    )
    hint = html.Span(say("simulation.published", value=published, range=limits), id=f"{field}-hint", className="note")
    problem = None
    if wrong:
        words = say("simulation.out_of_range", value=asked.written[name] or say("simulation.nothing"), range=limits)
        if _only_together(asked, name):
            words = say("simulation.too_many", most=numbers.setting(TOP_AND_NEXT))
        problem = html.P(words, id=f"{field}-wrong", className="wrong", role="alert")
    described = f"{field}-wrong {field}-hint" if wrong else f"{field}-hint"
    return html.Div(
        [
            html.Label(setting.name[language], htmlFor=field),
            Input(
                type="number", id=field, name=field, min=allowed.least, max=allowed.most, autoComplete="off",
                value=asked.written.get(name, published), **c.data(published=published),
                **c.aria(describedby=described, **({"invalid": "true"} if wrong else {})),
            ),
            hint,
            problem,
            html.Span(setting.source[language], className="note source"),
        ],
        className="threshold changed" if name in asked.written else "threshold",
    )  # fmt: skip


def _wrong(shown: View, asked: Asked) -> html.Div:
    n = len(asked.wrong)
    told = [shown.say("simulation.mend_one" if n == 1 else "simulation.mend", n=n)]
    if any(_only_together(asked, name) for name in SHARES):
        told.append(shown.say("simulation.too_many", most=numbers.setting(TOP_AND_NEXT)))
    words = shown.say("list.space").join(told)
    return html.Div(html.P(words, className="told bad", role="status"), className="simulation-result")


def _only_together(asked: Asked, name: str) -> bool:
    """Whether a threshold that cannot be set so could be by itself."""
    number = _number(asked.written.get(name, ""))
    return name in asked.wrong and number is not None and load_definitions().threshold_ranges()[name].holds(number)


def _awaited(shown: View, state: State, asked: Asked) -> html.Div:
    """The place of the result, with what it waits for."""
    say = shown.say
    waiting = [
        html.P(say("simulation.working"), className="simulation-told"),
        html.P(say("simulation.takes"), className="note"),
    ]
    place = awaited.place(shown, RESULT, waiting, address(asked, state), **c.aria(live="polite"))
    return html.Div([dcc.Store(id=WHAT, data=_query(asked, state)), place], className="simulation-result")


@callback(
    Output(RESULT, "children"),
    Output(CHANGES, "children"),
    Output(BUTTON, "disabled"),
    Output(BUTTON, "children"),
    Given(WHAT, "data"),
)
def result(what: Any) -> tuple[Part, Part, bool, str]:
    """What came of it, and the button free again. What the client asks for is read like an address."""
    shown = view()
    if not shown.may(permissions.SIMULATION):
        raise NotAllowed(permissions.SIMULATION)
    query = what if isinstance(what, dict) else {}
    state, asked = shown.state(query), read(query)
    free = False, shown.say("simulation.run")
    try:
        found = shown.ask_now(other_thresholds, asked.changed)
    except NotKept as reason:
        why = html.P(str(reason), className="note", lang="en")
        return [html.P(shown.say("simulation.not_kept"), className="told bad"), why], None, *free
    more = address(asked, state.with_(shown=state.shown + urls.STEP))
    changes = told.changes(shown, found, state.shown, more)
    return told.counts(shown, found, asked.changed), [*changes, told.adopt(shown, asked.changed)], *free
