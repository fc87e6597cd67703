"""What waits for its turn comes back as it was, wherever it waited."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.spool import Spool


@given(st.dictionaries(st.text(), st.binary(max_size=50)), st.integers(0, 200), st.randoms())
def test_everything_comes_back_in_any_order_whether_it_fitted_into_memory_or_not(things, room, chance):
    with Spool(room) as spool:
        for key, data in things.items():
            spool.put(key, data)
        keys = list(things)
        chance.shuffle(keys)
        assert {key: spool.get(key) for key in keys} == things


def test_what_was_never_put_in_is_not_there():
    with Spool() as spool, pytest.raises(KeyError):
        spool.get("a")


def test_on_disk_it_has_no_name_so_that_nothing_is_left_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Spool(room=10) as spool:
        spool.put("a", b"x" * 100)
        assert list(tmp_path.iterdir()) == []
        links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists() or link.is_symlink()]
        assert any(str(tmp_path) in link for link in links), "and yet it is there"
