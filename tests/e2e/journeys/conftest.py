"""The programme of the journeys, made once and only looked at."""

import pytest

from tests import warehouses
from tests.e2e.journeys import programme
from tests.served import serving


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return warehouses.once(tmp_path_factory, programme.build).told


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    with warehouses.copied(tmp_path_factory, programme.build) as engine:
        yield engine


@pytest.fixture(scope="session")
def site(store):
    with serving(warehouses.url_of(store)) as address:
        yield address
