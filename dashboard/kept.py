"""What is drawn from a publication, kept: a publication never changes, so neither do its figures and tables.

Kept is what a page is made of, as text, by the publications that there are, by scope and role, by language and theme, by
the catalogue in force and by what was asked. Never across scopes: the scope is part of the key, and what draws is handed
a `Reader`, which knows neither the person's name nor anything that changes between publications.
"""

import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import Flask, Response, g, has_request_context
from plotly.io.json import to_json_plotly
from sqlalchemy import Engine

from dashboard.view import View, engine
from indicators.definition import load_definitions
from indicators.repository import Publication
from indicators.scope import Scope

MOST = 48 * 2**20
"""So many bytes of text are kept in all, what was asked for last the longest."""
LARGEST = MOST // 8


@dataclass
class Reader(View):
    """A viewer without a name, to whom nothing is told but what is published."""

    def ask_now(self, query: Callable[..., Any], *args: Any) -> Any:
        raise TypeError(f"{query.__name__} changes between publications: what is drawn from it cannot be kept")


@dataclass(frozen=True)
class Key:
    """Everything that what is drawn depends on."""

    engine: Engine
    published: tuple[Publication, ...]
    scope: Scope
    role: str
    place: str | None
    language: str
    theme: str
    demo: bool
    catalogue: tuple[str, str]
    draw: Callable[..., Any]
    args: tuple


class Shelf:
    """Texts by key, up to `most` bytes; the one that was not asked for the longest goes first."""

    def __init__(self, most: int = MOST):
        self.most, self.size = most, 0
        self._texts: OrderedDict[Key, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> str | None:
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
            return self._texts.get(key)

    def put(self, key: Key, text: str) -> None:
        with self._lock:
            self.size += len(text) - len(self._texts.pop(key, ""))
            self._texts[key] = text
            while self.size > self.most:
                self.size -= len(self._texts.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._texts.clear()
            self.size = 0


shelf = Shelf()


def kept(shown: View, draw: Callable[..., Any], *args: Any) -> Any:
    """What `draw(reader, *args)` makes, as Dash would send it. `draw`: a function of a module; `args`: hashable.
    A list that it makes must not stand in another list of a page (`_put`).

    Within a request it is a word that stands for it until the answer is complete (`put_in`): reading the text and
    writing it again would take as long as all the rest of an answer."""
    text = _drawn(shown, draw, args)
    if not has_request_context():
        return json.loads(text)
    word = secrets.token_hex(16)  # that nobody can know before
    _waiting()[word] = text
    return word


def _waiting() -> dict[str, str]:
    """What is to be put into the answer, by the word that stands for it."""
    if "kept" not in g:
        g.kept = {}
    return g.kept


def put_in(server: Flask) -> None:
    """Puts what is kept into answers. To be called after flask-compress is set up, so that it is done before."""

    def put(response: Response) -> Response:
        if waiting := _waiting():
            answer = response.get_data(as_text=True)
            for word, text in waiting.items():
                answer = _put(answer, word, text)
            response.set_data(answer)
        return response

    server.after_request(put)


def _put(answer: str, word: str, text: str) -> str:
    """Raises ValueError where a list would stand in another: the browser shows nothing of it, and tells nobody."""
    before, _, after = answer.partition(f'"{word}"')
    if text.startswith("[") and before.rstrip().endswith(("[", ",")):
        raise ValueError("a list that is kept stands in another list: unpack it there, or draw one part")
    return before + text + after


def _drawn(shown: View, draw: Callable[..., Any], args: tuple) -> str:
    key = _key(shown, draw, args)
    text = shelf.get(key)
    if text is None:
        text = str(to_json_plotly(draw(_reader(shown), *args)))
        if len(text) <= LARGEST:
            shelf.put(key, text)
    return text


def _key(shown: View, draw: Callable[..., Any], args: tuple) -> Key:
    known = load_definitions()
    catalogue = known.definitions_hash, known.method_hash
    viewer = shown.scope, shown.role, shown.place, shown.language, shown.theme, shown.demo
    return Key(engine(), shown.published, *viewer, catalogue, draw, args)


def _reader(shown: View) -> Reader:
    reader = Reader("", shown.role, shown.scope, shown.place, shown.language, shown.theme, shown.demo)
    reader.published = shown.published
    return reader
