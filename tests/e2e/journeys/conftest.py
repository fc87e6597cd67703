"""The programme of the journeys, made once and only looked at."""

import pytest

from tests.e2e.conftest import serving
from tests.e2e.journeys import programme


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return programme.build(tmp_path_factory.mktemp("journeys"))


@pytest.fixture(scope="session")
def site(made):
    with serving(made.url) as address:
        yield address
