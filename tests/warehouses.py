"""Warehouses for tests, as SQLite files or on the PostgreSQL server that TEST_DATABASE_URL names: empty ones, and copies
of what takes long to make, which is made once for all processes of a run."""

import fcntl
import os
import pickle
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text

from etl import warehouse

SERVER = os.environ.get("TEST_DATABASE_URL")
RUN = os.environ.setdefault("BASEWATCH_TEST_RUN", uuid.uuid4().hex[:8])
"""Names this run's databases; the processes of a run inherit it."""


@dataclass(frozen=True)
class Made:
    """A warehouse that is not to be changed, and what its maker told of it."""

    url: str
    told: Any


def new(folder: Path, template: str | None = None) -> str:
    """The URL of a new database: an empty one, or a copy of that at the URL `template`."""
    name = f"test_{RUN}_{uuid.uuid4().hex}"
    if SERVER:
        source = f" TEMPLATE {make_url(template).database}" if template else ""
        _on_the_server(f"CREATE DATABASE {name}{source}")
        return make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    file = folder / f"{name}.db"
    if template:
        shutil.copy(str(make_url(template).database), file)
    return f"sqlite:///{file}"


def drop(url: str) -> None:
    """Of the server; a file goes with its folder."""
    if SERVER:
        _on_the_server(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def drop_all() -> None:
    """What this run left on the server."""
    if SERVER:
        left = _on_the_server(f"SELECT datname FROM pg_database WHERE datname LIKE 'test\\_{RUN}\\_%'")
        for name in left:
            _on_the_server(f"DROP DATABASE {name} WITH (FORCE)")


def _on_the_server(command: str) -> list[str]:
    admin = create_engine(str(SERVER), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        answer = connection.execute(text(command))
        rows = [row[0] for row in answer] if answer.returns_rows else []
    admin.dispose()
    return rows


def once(factory, build: Callable[[Engine, Path], Any]) -> Made:
    """What `build(engine of an empty database, a folder)` makes: by the first process that asks, for all of them.
    `factory`: pytest's tmp_path_factory."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    name = f"{build.__module__}.{build.__qualname__}"
    kept = shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_make(build, shared / name)))
    return pickle.loads(kept.read_bytes())


def _make(build: Callable[[Engine, Path], Any], folder: Path) -> Made:
    shutil.rmtree(folder, ignore_errors=True)  # of a maker that failed
    folder.mkdir()
    url = new(folder)
    engine = warehouse.connect(url)
    told = build(engine, folder)
    engine.dispose()
    return Made(url, told)


@contextmanager
def copied(factory, build: Callable[[Engine, Path], Any]) -> Iterator[Engine]:
    """An engine on a copy that may be changed, of what `build` makes once."""
    url = new(factory.mktemp("copy"), once(factory, build).url)
    engine = warehouse.connect(url)
    yield engine
    engine.dispose()
    drop(url)


def fill(engine: Engine, factory, build: Callable[[Engine, Path], Any]) -> Any:
    """Puts what `build` makes once in the place of all that the warehouse holds; gives what it told."""
    made = once(factory, build)
    engine.dispose()
    if SERVER:
        drop(url_of(engine))
        _on_the_server(f"CREATE DATABASE {engine.url.database} TEMPLATE {make_url(made.url).database}")
    else:
        shutil.copy(str(make_url(made.url).database), str(engine.url.database))
    return made.told


def url_of(engine: Engine) -> str:
    """Its address, as another process needs it."""
    return engine.url.render_as_string(hide_password=False)
