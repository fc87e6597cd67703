"""Where a Chinese heading may break: around the words it is made of, never within one. Chinese is written without spaces, so
that a browser breaks it anywhere, even "排/名"."""

import re
from functools import cache
from itertools import pairwise

from dash import html
from markupsafe import Markup, escape

from dashboard.texts import LANGUAGES
from etl.form import load_form
from indicators.definition import load_definitions

CHINESE = LANGUAGES[1]
QUARTER = r"\d{4}年(?:[一二三四]季度)?"
CLOSING = "，。、：；？！）》」”"


@cache
def _seams() -> re.Pattern[str]:
    """A quarter, or a name of the catalogue; of names that begin alike the longest."""
    form, definitions = load_form(), load_definitions()
    named = [form.programme, *form.types.values(), *form.regions.values(), *form.provinces.values()]
    named += [definitions.method.index, *definitions.pillars.values(), *definitions.indicators.values()]
    names = sorted({one.name[CHINESE] for one in named}, key=len, reverse=True)
    return re.compile("|".join([QUARTER, *map(re.escape, names)]))


def phrases(words: str) -> list[str]:
    """ "2026年三季度区域示范基地综合指数排名" → its four phrases. What holds no such word is one phrase; what closes a
    phrase stays with it, and a single character with its neighbour."""
    cuts = {place for found in _seams().finditer(words) for place in found.span()}
    cuts = {place for place in cuts if 1 < place < len(words) - 1 and not _glued(words[place - 1], words[place])}
    edges = [0, *sorted(cuts), len(words)]
    return [words[start:end] for start, end in pairwise(edges)]


def _glued(before: str, after: str) -> bool:
    """No line begins with what closes, ends with what opens, or breaks beside a space or within Latin words."""
    return after in CLOSING or before in "（《「“" or (before + after).isascii() or " " in (before, after)


def breakable(words: str) -> list:
    """The phrases with a place to break between them; as they are where there is none."""
    first, *rest = phrases(words)
    return [first, *(part for phrase in rest for part in (html.Wbr(), phrase))]


def marked_up(words: str) -> Markup:
    """Likewise for a template."""
    return Markup("<wbr>").join(map(escape, phrases(words)))
