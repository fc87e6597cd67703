"""python -m dashboard: what it refuses, and the demo accounts."""

import os
import secrets
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from dashboard import __main__ as command
from dashboard import accounts
from dashboard.fitness import fit_for_use
from etl.config import ROOT, settings
from etl.warehouse import reading, writing
from tests import warehouses


def run(url, *options, **environment):
    known = {key: value for key, value in os.environ.items() if key not in ("SECRET_KEY", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *options],
        cwd=ROOT, env={**known, "DATABASE_URL": url, **environment}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_without_a_key_it_says_what_to_do(engine):
    answer = run(str(engine.url))
    assert answer.returncode == 2
    assert "SECRET_KEY" in answer.stderr
    assert "--demo" in answer.stderr


@pytest.mark.parametrize("key", ["changeme", "a" * 64, "0123456789" * 2])
def test_a_key_that_can_be_guessed_is_refused(engine, key):
    answer = run(warehouses.url_of(engine), SECRET_KEY=key)
    assert answer.returncode == 2
    assert "SECRET_KEY can be guessed" in answer.stderr
    assert key not in answer.stderr


def test_in_use_nothing_of_the_demo_is_served(warehouse):
    with writing(warehouse) as connection:
        accounts.create_account(connection, "evaluator", "evaluator-demo", "evaluator", demo=True)
    answer = run(warehouses.url_of(warehouse), SECRET_KEY=secrets.token_hex(32))
    assert answer.returncode == 2
    assert "python -m dashboard accounts close-demo" in answer.stderr
    with writing(warehouse) as connection:
        accounts.set_closed(connection, "evaluator", True)
    with reading(warehouse) as connection:
        fit_for_use(replace(settings(), secret_key=secrets.token_hex(32)), connection)


def test_debug_mode_is_refused(engine):
    answer = run(warehouses.url_of(engine), SECRET_KEY=secrets.token_hex(32), FLASK_DEBUG="1", PORT="0")
    assert answer.returncode == 2
    assert "unset FLASK_DEBUG" in answer.stderr


def test_no_demo_account_is_made_beside_real_ones(engine):
    answer = run(warehouses.url_of(engine), "--demo")
    assert answer.returncode == 2
    assert "5 accounts of people" in answer.stderr
    with reading(engine) as connection:
        assert not any(one.demo for one in accounts.all_accounts(connection))


def test_the_demo_is_not_open_to_others(warehouse):
    answer = run(warehouses.url_of(warehouse), "--demo", HOST="0.0.0.0")
    assert answer.returncode == 2
    assert "unset HOST" in answer.stderr


def test_without_a_warehouse_it_says_what_to_do(tmp_path):
    answer = run(f"sqlite:///{tmp_path / 'none.db'}", SECRET_KEY="x")
    assert answer.returncode == 2
    assert "python -m etl init" in answer.stderr


def test_the_kept_key_is_the_same_at_every_start_and_only_ours(tmp_path):
    file = tmp_path / "var" / "secret_key"
    first = command._kept_key(file)
    assert len(first) == 64
    assert command._kept_key(file) == first
    assert file.stat().st_mode & 0o077 == 0


@pytest.fixture
def started(monkeypatch, tmp_path):
    """The command with a server that does not serve."""
    seen = []
    monkeypatch.setattr(command, "KEY_FILE", tmp_path / "secret_key")
    monkeypatch.setattr(command, "_run", lambda server, chosen: seen.append((server, chosen)))
    return seen


def test_the_demo_makes_its_accounts_and_prints_them(warehouse, started, capsys, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(command, "_taken", lambda host, port: False)  # a server beside the tests is no fault
    command.serve(demo=True)
    printed = capsys.readouterr().out
    assert "evaluator / evaluator-demo" in printed
    assert "http://127.0.0.1:8050" in printed
    client = started[0][0].test_client()
    answer = client.post("/login", data={"name": "evaluator", "password": "evaluator-demo"})
    assert answer.status_code == 302


def test_a_port_that_is_taken_is_told_before_anything_else():
    from dashboard.__main__ import _taken

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert _taken("127.0.0.1", port)
    assert not _taken("127.0.0.1", port)
