"""What the method's page says of the figures: how complete they are, and what changed since the last publication."""

from collections.abc import Iterable

from dash import html

from dashboard import components as c
from dashboard import numbers, permissions, urls
from dashboard.components import Part
from dashboard.still import still
from dashboard.urls import State
from dashboard.view import View
from indicators import repository
from indicators.catalogue import NotKept
from indicators.method_changes import CHANGED, MethodChange
from indicators.repository import GroupValue, Publication
from indicators.repository.groups import Area
from indicators.repository.methods import Since, changed_since

QUARTERS = 8
MARKS = ((0.95, "●", "full"), (0.8, "◐", "most"), (0.0, "○", "part"))
"""From which share on, the mark and its name; nothing stands for a quarter without figures."""


TRIAL = "make bench"
"""How the method's file calls the trial that a setting was chosen by: the name of its command."""


def trial(view: View, sources: Iterable[str]) -> Part:
    """What that trial is, for whom the command says nothing; nothing where no setting rests on it."""
    return html.P(view.say("method.trial"), className="note") if any(TRIAL in source for source in sources) else None


def coverage(shown: View, state: State, publication: Publication) -> html.Section:
    """The share of the bases asked that have a value, by indicator and quarter."""
    definitions, say = shown.definitions(publication), shown.say
    found = shown.ask(repository.series, publication, tuple(definitions.indicators), "", Area())
    periods = next(iter(found.values())).periods[-QUARTERS:]
    head = [html.Th(say("table.indicator"), scope="col")]
    head += [html.Th(numbers.quarter(period, shown.language), scope="col", className="number") for period in periods]
    bodies = []
    for pillar in definitions.method.pillars:
        name = html.Th(pillar.name[shown.language], colSpan=1 + len(periods), scope="rowgroup")
        rows = [html.Tr(name, className="pillar")]
        for indicator in definitions.of_pillar(pillar.code):
            link = c.indicator_link(shown, state, indicator.code, indicator.name[shown.language])
            cells = [_share(shown, point) for point in found[indicator.code].points[-QUARTERS:]]
            rows.append(html.Tr([html.Th(link, scope="row"), *cells]))
        bodies.append(html.Tbody(rows))
    table = html.Table([html.Thead(html.Tr(head)), *bodies], className="method-coverage dense")
    legend = html.Ul(
        [
            html.Li(
                [
                    html.Span(mark, className=f"covered is-{name}", **c.aria(hidden="true")),
                    say(f"method.covered.{name}"),
                ]
            )
            for _, mark, name in MARKS
        ],
        className="legend",
    )
    frame = html.Div(table, className="table-frame", tabIndex="0", role="region", **c.aria(label=_title(shown)))
    return c.section(_title(shown), [legend, still(frame)], say("method.coverage_note"), id="coverage")


def _title(shown: View) -> str:
    return shown.say("method.part.coverage")


def _share(shown: View, point: GroupValue | None) -> html.Td:
    if point is None or not point.expected:
        return html.Td(numbers.NONE, className="number note")
    share = point.bases / point.expected
    mark, name = next((mark, name) for least, mark, name in MARKS if share >= least)
    # Rounded down: only what is complete is called 100.
    words = [f"{int(100 * share)} ", html.Span(mark, className=f"covered is-{name}", **c.aria(hidden="true"))]
    return html.Td(words, className="number", title=c.counted(shown, point.bases, point.expected))


def changes(shown: View, publication: Publication) -> html.Section:
    """What differs between the method of the shown publication and of the one before; then where to try others."""
    say, title = shown.say, shown.say("method.part.changes")
    try:
        found: Since = shown.ask(changed_since, publication)
    except NotKept as error:
        lost = [html.P(say("method.not_kept")), html.Pre(str(error))]
        return c.section(title, [*lost, _try(shown)], id="changes")
    if found.last is None:
        return c.section(title, [html.P(say("method.first", name=publication.code)), _try(shown)], id="changes")
    names = {"name": publication.code, "last": found.last.code}
    if not found.changes:
        return c.section(title, [html.P(say("method.unchanged", **names)), _try(shown)], id="changes")
    lead = html.P(say("method.changed", n=len(found.changes), **names))
    head = [say(f"method.change.{key}") for key in ("what", "field", "before", "after")]
    rows = [_change(shown, one) for one in found.changes]
    table = c.table(head, rows, numeric_from=len(head), className="method-changes")
    return c.section(title, [lead, still(table), _try(shown)], id="changes")


def _change(shown: View, one: MethodChange) -> list[Part]:
    say, language = shown.say, shown.language
    name: list[Part] = [
        html.Span(say(f"method.kind.{one.kind}"), className="note"),
        " ",
        one.name[language],
        " ",
        html.Code(one.code),
    ]
    field = say(f"method.field.{one.field}") if one.field else say(f"method.whole.{one.what}")
    values = (one.before[language], one.after[language]) if one.what == CHANGED or one.field else ("", "")
    return [html.Span(name), field, *values]


def _try(shown: View) -> html.P | None:
    """Where the effect of other choices is computed: weights for who sees ranks, thresholds for who may simulate them."""
    if not shown.may(permissions.WHAT_IF):
        return None
    parts: list[Part] = [shown.say("method.try"), " ", html.A(shown.say("rankings.what_if"), href=urls.WHAT_IF)]
    if shown.may(permissions.SIMULATION):
        parts += [shown.say("list.middot"), html.A(shown.say("method.simulate"), href=urls.SIMULATION)]
    return html.P(parts, className="method-try")
