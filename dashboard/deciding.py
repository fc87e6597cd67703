"""What the pages of review share: a return as a reviewer chooses it, and the words their script needs (review.js)."""

import json
from collections.abc import Sequence

from dash import html

from dashboard import components as c
from dashboard import numbers, texts, urls
from dashboard.components import Part
from dashboard.still import Input
from dashboard.view import View
from etl.versions import Version
from indicators.repository.review import DECISIONS, Chosen

WORDS = (
    "accept_title", "send_back_title", "accept_one", "send_back_one", "to_look", "accept_do", "send_back_do", "cancel",
    "reason", "reason_help", "working", "computing", "accepted", "sent_back", "not_done", "computed", "not_computed",
    "failed", "signed_out", "queue", "next", "stay",
)  # fmt: skip


def packed(version: Version) -> str:
    """A return as it was seen, for a form."""
    return json.dumps([version.base, version.period, version.version, version.state], ensure_ascii=False)


def unpacked(text: str) -> Chosen:
    """Raises ValueError for anything else than `packed` gives."""
    known = json.loads(text)
    match known:
        case [str(base), str(period), int(version), str(state)]:
            return Chosen(base, period, version, state)
    raise ValueError(text)


def accepting(view: View) -> str:
    """The step by which this viewer accepts."""
    return DECISIONS[view.scope.role][0]


def form(view: View, children: Sequence[Part], next_one: str = "", className: str = "") -> html.Form:
    """A form whose decisions review.js sends, showing how far it is. `next_one`: the return to look at after."""
    words = {key: for_script(view, f"review.script.{key}") for key in WORDS}
    return html.Form(
        list(children),
        action=urls.DECISIONS,
        method="post",
        className=f"deciding {className}".strip(),
        **c.data(words=json.dumps(words, ensure_ascii=False), queue=urls.REVIEW, next=next_one),
    )


def box(view: View, version: Version, name: str, doubts: Sequence[str]) -> Input:
    """The tick by which a return is chosen; `doubts`: what to look at before accepting it with others."""
    named = view.say("review.named", base=name, quarter=numbers.quarter(version.period, view.language))
    told = c.data(name=named, doubts=view.say("list.semicolon").join(doubts))
    return Input(type="checkbox", name="chosen", value=packed(version), **c.aria(label=named), **told)


def for_script(view: View, key: str) -> str:
    """A text whose places a script fills."""
    return texts.texts(view.language)[key]
