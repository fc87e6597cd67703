"""The application on another warehouse for a while. There is one application: Dash gives its callbacks to the first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dash import Dash
from sqlalchemy import Engine

from dashboard.view import ENGINE
from tests import warehouses


@contextmanager
def standing(app: Dash, engine: Engine) -> Iterator[Engine]:
    """The application on `engine`, and back on its own after, whatever happens."""
    known = app.server.extensions
    before, known[ENGINE] = known[ENGINE], engine
    try:
        yield engine
    finally:
        known[ENGINE] = before


@contextmanager
def standing_on_copy(app: Dash, factory, build: Callable) -> Iterator[Engine]:
    """The application on a copy of its own of what `build` makes."""
    with warehouses.copied(factory, build) as engine, standing(app, engine):
        yield engine
