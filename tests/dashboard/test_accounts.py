"""Accounts: what is kept of a password, who is let in, what a role is bound to."""

import pytest
from sqlalchemy import select

from dashboard import accounts, passwords
from dashboard.demo import demo_accounts
from dashboard.permissions import MAY, ROLES, may, scope_of
from etl import audit, schema_access, warehouse
from indicators.scope import nothing
from tests.dashboard.programme import PASSWORD, samples


def test_only_a_hash_is_kept(engine):
    with warehouse.reading(engine) as connection:
        kept = connection.execute(select(schema_access.account.c.password_hash)).scalars().all()
    assert len(kept) == 5
    assert all(text.startswith("$argon2id$") and PASSWORD not in text for text in kept)


def test_the_right_password_and_no_other(engine):
    with warehouse.reading(engine) as connection:
        assert accounts.verify(connection, "cora", PASSWORD).place == samples()[0].province
        assert accounts.verify(connection, "cora", PASSWORD + "!") is None
        assert accounts.verify(connection, "unknown", PASSWORD) is None


def test_an_unknown_name_costs_a_verification_too(engine, monkeypatch):
    tried = []
    monkeypatch.setattr(
        passwords,
        "_hasher",
        type(
            "Hasher",
            (),
            {
                "verify": lambda self, kept, password: tried.append(kept) or True,
                "hash": lambda self, password: "a hash of nobody",
            },
        )(),
    )
    passwords._nobody.cache_clear()
    with warehouse.reading(engine) as connection:
        assert accounts.verify(connection, "unknown", PASSWORD) is None
    passwords._nobody.cache_clear()
    assert tried == ["a hash of nobody"]


@pytest.mark.parametrize(
    ("role", "place", "password"),
    [
        ("king", None, "long enough"),
        ("coordinator", None, "long enough"),
        ("evaluator", "BJ", "long enough"),
        ("evaluator", None, "short"),
    ],
)
def test_a_senseless_account_is_not_made(empty_warehouse, role, place, password):
    with warehouse.writing(empty_warehouse) as connection, pytest.raises(accounts.AccountError):
        accounts.create_account(connection, "name", password, role, place)


def test_each_role_has_a_demo_account_bound_to_the_programme(engine):
    with warehouse.reading(engine) as connection:
        found = {account.role: account for account in demo_accounts(connection)}
    assert list(found) == list(ROLES)
    assert found["evaluator"].place is None
    of_province = [base for base in samples() if base.province == found["coordinator"].place]
    assert len(of_province) > 1
    assert found["reporter"].place in {base.code for base in of_province}


def test_what_a_role_may_is_a_table():
    assert set(MAY) == {"evaluator", "approver", "coordinator", "reporter", "auditor", "administrator"}
    assert scope_of("approver", None).approves
    assert not scope_of("evaluator", None).approves
    assert may("evaluator", "provinces")
    assert not may("coordinator", "provinces")
    assert not may("stranger", "overview")
    assert may("auditor", "audit")
    assert not may("evaluator", "audit")
    assert not scope_of("auditor", None).acts
    assert not {"overview", "rankings", "base", "returns", "cases", "search"} & MAY["administrator"]
    assert scope_of("administrator", None) == nothing()


def test_a_role_without_its_place_sees_nothing():
    for role in ("coordinator", "reporter"):
        scope = scope_of(role, None)
        assert not any(scope.allows_base(base) for base in samples())


def test_as_whom_single_sign_on_knows_a_person_is_kept_and_noted(empty_warehouse):
    with warehouse.writing(empty_warehouse) as connection:
        accounts.create_account(connection, "ann", PASSWORD, "evaluator")
        accounts.create_account(connection, "bob", PASSWORD, "evaluator")
        accounts.set_subject(connection, "ann", "ann@ministry")
        with pytest.raises(accounts.AccountError, match="ann is known by that already"):
            accounts.set_subject(connection, "bob", "ann@ministry")
    with warehouse.reading(empty_warehouse) as connection:
        assert accounts.find_subject(connection, "ann@ministry").name == "ann"
        assert audit.entries(connection, most=1)[0].detail == '{"known_as": "ann@ministry"}'
