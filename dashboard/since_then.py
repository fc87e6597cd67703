"""In words: what has been changed in definitions and method since a publication was made."""

from dash import html

from dashboard.chosen_weights import written
from dashboard.components import Part
from dashboard.still import still
from dashboard.view import View
from indicators.changed_since import Weight, changed_since
from indicators.definition import Definitions, load_definitions
from indicators.repository import Publication
from indicators.repository.made_with import MadeWith


def note(view: View, publication: Publication, made: MadeWith, base_type: str) -> Part:
    """Beside what is worked out from a publication of one type; nothing where everything is as today."""
    if made.as_today:
        return None
    if not publication.settled:
        return html.P(view.say("since.stale"), className="told", role="note")
    lines = _lines(view, made.definitions, base_type)
    if not lines:
        words = view.say("list.space").join([view.say("since.other"), view.say("since.nothing")])
        return html.P(words, className="told", role="note")
    listed = html.Details([html.Summary(view.say("since.summary", n=len(lines))), html.Ul(lines)], className="twin")
    return html.Div([html.P(view.say("since.other")), still(listed)], className="told", role="note")


def _lines(view: View, then: Definitions, base_type: str) -> list[html.Li]:
    now = load_definitions()
    found = changed_since(then, now, base_type)
    told = [_weight(view, one, then if one.then is not None else now) for one in found.weights]
    told += [view.say("since.computed", name=then.name(code)[view.language]) for code in found.computed]
    told += [view.say("since.rules")] if found.rules else []
    return [html.Li(words) for words in told]


def _weight(view: View, one: Weight, named: Definitions) -> str:
    name = named.name(one.code)[view.language]
    if one.now is None:
        return view.say("since.gone", name=name, then=written(one.then or 0))
    if one.then is None:
        return view.say("since.new", name=name, now=written(one.now))
    return view.say("since.weight", name=name, then=written(one.then), now=written(one.now))
