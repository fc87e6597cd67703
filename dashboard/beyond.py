"""What an address asks for that its reader may not see: told in words, with who can grant it, and never by whose name or
code. Links are sent from role to role."""

from collections.abc import Mapping

from dash import html

from dashboard import numbers
from dashboard.components import Part
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators.scope import PROVINCE, REGION


def note_area(shown: View, query: Mapping[str, object]) -> None:
    """Notes the region or province of an address that lies outside the viewer's scope."""
    form = load_form()
    for key, kind, known in (("province", PROVINCE, form.provinces), ("region", REGION, form.regions)):
        place = query.get(key)
        if isinstance(place, str) and place in known and not shown.scope.allows_area(kind, place):
            shown.not_shown.append(shown.say("beyond.area", area=known[place].name[shown.language]))


def with_own(shown: View, state: State) -> State:
    """The state of a page that lists bases by name. A region's sums may be shown to every province, but not its bases: a
    region that holds none of the viewer's own is noted and left aside."""
    if not state.region or shown.scope.everywhere or state.area.holds(shown.scope.province or ""):
        return state
    shown.not_shown.append(shown.say("beyond.area", area=load_form().regions[state.region].name[shown.language]))
    return state.with_(region="")


def note_bases(shown: View, asked: int, left: int) -> None:
    """Notes that of so many bases or areas that an address names only so many are left."""
    if left < asked:
        key = "beyond.none" if left == 0 else "beyond.some"
        shown.not_shown.append(shown.say(key, n=numbers.plain(left), of=numbers.plain(asked)))


def told(shown: View) -> Part:
    """What was noted, over the page; nothing when the page shows all that its address asks for."""
    if not shown.not_shown:
        return None
    who = shown.say("beyond.unknown" if shown.scope.everywhere else f"empty.who_grants.{shown.role}")
    return html.P(shown.say("list.space").join([*shown.not_shown, who]), className="not-all", role="status")
