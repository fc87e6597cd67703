"""An indicator explained: the facts of its definition in words, for its page, its card and the list.

The card is what assets/explainer.js shows beside an indicator's name, wherever that stands.
"""

from flask import Blueprint, abort, render_template, request

from dashboard import formulas, numbers, permissions, refused, texts, urls
from dashboard.urls import State
from dashboard.view import View, view
from etl.form import load_form
from indicators import method_words, repository
from indicators.definition import Definitions, Indicator
from indicators.repository import Publication
from indicators.scope import NotAllowed

explainer = Blueprint("explainer", __name__)
explainer.register_error_handler(NotAllowed, refused.not_allowed)
explainer.register_error_handler(404, refused.unknown)


@explainer.get(f"{urls.INDICATORS}/<code>/card")
def card(code: str) -> str:
    """A piece of HTML in the viewer's language, as the publication `at` defines it, else the latest; 404 for what it does
    not know."""
    shown = view()
    if not shown.may(permissions.INDICATOR):
        raise NotAllowed(permissions.INDICATOR)
    publication = _publication(shown)
    indicator = shown.definitions(publication).indicators.get(code)
    if indicator is None:
        abort(404)
    top, below, factor = formulas.parts(indicator, shown.language, shown.form(publication))
    return render_template(
        "card.html",
        say=shown.say,
        lang=texts.HTML_LANG[shown.language],
        name=indicator.name[shown.language],
        why=indicator.why[shown.language],
        unit=numbers.unit_name(indicator.unit, shown.language),
        top=top,
        below=below,
        factor=factor,
        facts=[
            (shown.say(f"indicator.fact.{key}"), words) for key, words in facts(shown, publication, indicator) if words
        ],
        more=urls.build(urls.indicator_path(code), State(period=_period(publication))),
    )


def _period(publication: Publication | None) -> str:
    """Named in the link only where the card is of a publication that was asked for."""
    return publication.period if publication and request.args.get("at") else ""


def _publication(shown: View) -> Publication | None:
    """That of the address; 404 where there is none of that name."""
    name = request.args.get("at")
    if not name:
        return shown.publication(State())
    known = (*shown.published, *shown.ask_now(repository.every_publication))
    return next((one for one in known if one.code == name), None) or abort(404)


def facts(shown: View, publication: Publication | None, indicator: Indicator) -> list[tuple[str, str]]:
    """(key, words): how the indicator is read, what it weighs in the publication, its floor, and who asks for it."""
    return [
        ("direction", shown.say(f"direction.{indicator.direction}")),
        ("weight", weight(shown, shown.definitions(publication), indicator)),
        ("floor", floor(shown, indicator)),
        ("paragraphs", shown.say("list.semicolon").join(paragraphs(shown, indicator))),
    ]


def weight(shown: View, definitions: Definitions, indicator: Indicator) -> str:
    """ "7 of 140 in the index"; those of a bonus pillar have none."""
    if definitions.pillars[indicator.pillar].bonus or not indicator.scored:
        return shown.say("indicator.no_weight")
    return shown.say("indicator.weighs", weight=f"{indicator.weight:g}", total=f"{total_weight(definitions):g}")


def total_weight(definitions: Definitions) -> float:
    """Of all indicators in the index."""
    counted = [pillar.code for pillar in definitions.method.pillars if not pillar.bonus]
    return sum(i.weight for code in counted for i in definitions.of_pillar(code) if i.scored)


def floor(shown: View, indicator: Indicator) -> str:
    """The floor's rule in words, and whether it speaks by itself."""
    names = {code: kind.name for code, kind in load_form().types.items()}
    words = method_words.floor_in_words(indicator.floor, names)[shown.language]
    if indicator.floor is None or indicator.alone:
        return words
    return shown.say("list.semicolon").join([words, shown.say("indicator.not_alone")])


def paragraphs(shown: View, indicator: Indicator) -> list[str]:
    """The paragraphs of the State Council's opinion that ask for it."""
    known = load_form().paragraphs
    return [known[code].name[shown.language] if code in known else code for code in indicator.paragraphs]


def reviewed(shown: View, indicator: Indicator) -> str:
    """The day of the last review of the definition."""
    day = indicator.reviewed
    return numbers.day(day, shown.language) if day else shown.say("indicator.not_reviewed")
