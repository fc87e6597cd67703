"""A scratch warehouse for each test. TEST_DATABASE_URL names a PostgreSQL server to use instead of SQLite files."""

import os

import hypothesis
import pytest
from typer.main import get_command

from etl import warehouse as warehouse_module
from etl.config import settings
from tests import warehouses
from tests.builders import Writer, set_up
from tests.catalogue_copy import CatalogueCopy

hypothesis.settings.register_profile("ours", deadline=None)  # no test fails for the time it takes
hypothesis.settings.load_profile("ours")


@pytest.fixture
def new_database(tmp_path):
    """Gives the URL of another empty database each time it is called."""
    made = []

    def create() -> str:
        made.append(warehouses.new(tmp_path))
        return made[-1]

    yield create
    for url in made:
        warehouses.drop(url)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("long") is None)  # stable: the rest keeps its order


def pytest_sessionfinish():
    if "PYTEST_XDIST_WORKER" not in os.environ:
        warehouses.drop_all()


@pytest.fixture
def database_url(new_database):
    """The URL of an empty database of its own."""
    return new_database()


@pytest.fixture
def empty_warehouse(database_url, monkeypatch):
    """An engine on a warehouse with tables and nothing in them; the commands use it too."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    settings.cache_clear()
    warehouse_module.connect.cache_clear()
    engine = warehouse_module.connect()
    warehouse_module.create(engine)
    yield engine
    engine.dispose()
    settings.cache_clear()
    warehouse_module.connect.cache_clear()


@pytest.fixture
def warehouse(empty_warehouse):
    """The same with the five bases of builders.PROGRAMME and eight open quarters."""
    set_up(empty_warehouse)
    return empty_warehouse


@pytest.fixture
def writer(warehouse, tmp_path):
    """Writes forms of the warehouse's bases into a folder of the test's own."""
    folder = tmp_path / "files"
    folder.mkdir()
    return Writer(warehouse, folder)


@pytest.fixture
def catalogue_copy(tmp_path, monkeypatch):
    """Definitions and method of this test's own, in force at once."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    copy = CatalogueCopy(folder)
    monkeypatch.setenv("DEFINITIONS_DIR", str(copy.definitions))
    monkeypatch.setenv("METHOD_FILE", str(copy.method))
    settings.cache_clear()
    yield copy
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def call(capsys, monkeypatch):
    """call("status", "--period", "2026Q3", module="etl", NAME="value of a setting") → (exit status, standard output, standard
    error) of a command, run inside this process."""

    def call(*arguments, module="etl", **environment):
        app = __import__(f"{module}.__main__", fromlist=["app"]).app
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        if environment:
            settings.cache_clear()
            warehouse_module.connect.cache_clear()
        capsys.readouterr()
        try:
            status = get_command(app).main([str(a) for a in arguments], prog_name=module, standalone_mode=True)
        except SystemExit as end:
            status = end.code or 0
        return status, *capsys.readouterr()

    return call
