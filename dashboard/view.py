"""Who is looking, in which language and theme, at which quarter; and the data, cached by publication and scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from flask import current_app, request, session
from flask_login import current_user
from sqlalchemy import Engine

from dashboard import permissions, texts, theme, urls
from dashboard.urls import State
from etl.form import Form
from etl.registry import Registry
from etl.warehouse import reading
from indicators import repository
from indicators.definition import Definitions
from indicators.repository import Publication, cases, returns
from indicators.repository.made_with import MadeWith, read_by, today
from indicators.scope import NotAllowed, Scope

ENGINE = "warehouse"
"""The engine's place in the server's extensions."""


def language() -> str:
    """The viewer's choice, else the browser's wish, else the first language."""
    chosen = session.get("language")
    if chosen in texts.LANGUAGES:
        return chosen
    return request.accept_languages.best_match(texts.LANGUAGES) or texts.LANGUAGES[0]


def theme_name() -> str:
    """What the viewer chose, else what theme.js says that the system prefers, else light."""
    wishes = (request.cookies.get(name) for name in ("theme", "scheme"))
    return next((wish for wish in wishes if wish in theme.THEMES), "light")


def engine() -> Engine:
    return current_app.extensions[ENGINE]


@dataclass
class View:
    """One request's viewer."""

    name: str
    role: str
    scope: Scope
    place: str | None
    language: str
    theme: str
    demo: bool = False
    """Whether the account is one of a demo, whose figures are invented."""
    _made_with: dict[Publication, MadeWith] = field(default_factory=dict, repr=False)
    """What this request has asked for: pages ask again at every name."""
    not_shown: list[str] = field(default_factory=list)
    """What the address asks for and the viewer may not see, in words; dashboard/beyond.py tells it over the page."""

    @cached_property
    def say(self) -> texts.Say:
        return texts.speaker(self.language)

    @cached_property
    def published(self) -> tuple[Publication, ...]:
        """What is published, the oldest quarter first."""
        with reading(engine()) as connection:
            return repository.publications(connection, self.scope)

    @cached_property
    def quarter(self) -> str:
        """The quarter that is being reported: the newest open one, else the newest; empty when there is none."""
        with reading(engine()) as connection:
            registry = Registry(connection)
        return [*registry.quarters, *registry.open_periods()][-1] if registry.quarters else ""

    @cached_property
    def waiting(self) -> int:
        """How many returns wait for this viewer's decision; for a reporter 1 when the own return waits for the base."""
        if self.scope.role == "base":
            return int(self.ask_now(returns.to_do, self.quarter))
        return self.ask_now(returns.waiting)

    @cached_property
    def cases_waiting(self) -> int:
        """In how many cases this viewer is in turn."""
        return self.ask_now(cases.waiting)

    def state(self, query: Mapping[str, object]) -> State:
        return urls.parse(query, self.published, self.scope, self.definitions)

    def publication(self, state: State) -> Publication | None:
        """The publication of the chosen quarter, or the latest; None when there is none at all."""
        chosen = [known for known in self.published if known.period == state.period]
        return (chosen or [*self.published[-1:]] or [None])[0]

    def named(self, publication: Publication) -> str:
        """How an address names a publication: not at all where it is the one that is shown for its quarter."""
        return "" if publication in self.published else publication.code

    def definitions(self, at: State | Publication | None) -> Definitions:
        """What numbers are named and read by: the definitions that their publication was made with. `at`: it, or the
        choices by which it is shown. Today's where nothing is published."""
        return self._read_by(at).definitions

    def form(self, at: State | Publication | None) -> Form:
        """As `definitions`: the form, whose measures the formulas name."""
        return self._read_by(at).form

    def _read_by(self, at: State | Publication | None) -> MadeWith:
        publication = self.publication(at) if isinstance(at, State) else at
        if publication is None:
            return today()
        if publication not in self._made_with:
            # Asked of the warehouse itself: nothing of it changes but with today's catalogue.
            with reading(engine()) as connection:
                self._made_with[publication] = read_by(connection, self.scope, publication)
        return self._made_with[publication]

    def may(self, what: str) -> bool:
        return permissions.may(self.role, what)

    def ask(self, query: Callable[..., Any], *args: Any) -> Any:
        """The answer of a repository function to this viewer. A publication never changes, so what was computed from
        it is kept, for this very scope only."""
        return _answer(engine(), self.published, self.scope, query, args)

    def ask_now(self, query: Callable[..., Any], *args: Any) -> Any:
        """As `ask`, for what changes between publications."""
        with reading(engine()) as connection:
            return query(connection, self.scope, *args)


def view() -> View:
    """The viewer of the request. Raises NotAllowed for nobody: the gate comes before, but is not relied upon."""
    if not current_user or not current_user.is_authenticated:
        raise NotAllowed("sign in first")
    account = current_user
    scope = permissions.scope_of(account.role, account.place)
    return View(account.name, account.role, scope, account.place, language(), theme_name(), account.demo)


@lru_cache(maxsize=1024)
def _answer(
    engine: Engine, state: tuple[Publication, ...], scope: Scope, query: Callable[..., Any], args: tuple
) -> Any:
    """`state` is part of the key only: another state of the publications, another answer."""
    with reading(engine) as connection:
        return query(connection, scope, *args)
