"""One table says who may do what. Every route and every callback stands in it, and answers nobody else, for every role."""

import json
import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dashboard import permissions
from dashboard.accounts import create_account
from dashboard.permissions import ANYBODY, CALLBACK, CALLBACKS, MAY, ROLES, ROUTES, SIGNED_IN
from dashboard.view import view
from etl.warehouse import writing
from indicators.scope import NotAllowed
from tests.dashboard import programme
from tests.dashboard.programme import LAST, OWN, PASSWORD, samples
from tests.dashboard.standing import standing_on_copy

OWN_BASE = samples()[OWN]
PLACES = {"province": OWN_BASE.province, "base": OWN_BASE.code, None: None}
GIVEN = {"base": OWN_BASE.code, "period": LAST, "number": "1", "kind": "csv", "name": "rankings", "code": "EMP01"}
VALUES = {"pathname": "/", "search": ""}


@pytest.fixture
def people(app, tmp_path_factory):
    """Role → a client of somebody with it, on a warehouse of this test's own."""
    with standing_on_copy(app, tmp_path_factory, programme.build) as engine:
        with writing(engine) as connection:
            for role in ROLES:
                create_account(connection, f"the {role}", PASSWORD, role, PLACES[permissions.BOUND_TO[role]])
        clients = {}
        for role in ROLES:
            clients[role] = app.server.test_client()
            answer = clients[role].post("/login", data={"name": f"the {role}", "password": PASSWORD})
            assert answer.status_code == 302
        yield clients


def rules(app):
    return [rule for rule in app.server.url_map.iter_rules() if rule.endpoint != "static"]


def asked(rule):
    """(method, address) of every way to ask for a rule."""
    path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda part: GIVEN.get(part[1], "x"), re.sub(r"\([^)]*\)", "", rule.rule))
    return [(method, path) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


def body_of(app, output):
    """What the browser sends for a callback, with nothing in it."""
    one = app.callback_map[output]
    outputs = one["output"] if isinstance(one["output"], list) else [one["output"]]
    named = [{"id": part.component_id, "property": part.component_property} for part in outputs]
    given = {
        kind: [{**part, "value": VALUES.get(part["property"])} for part in one[kind]] for kind in ("inputs", "state")
    }
    changed = [f"{part['id']}.{part['property']}" for part in one["inputs"]]
    several = isinstance(one["output"], list)
    return {"output": output, "outputs": named if several else named[0], "changedPropIds": changed, **given}


def test_every_route_is_in_the_table_and_no_other(app):
    assert {rule.endpoint for rule in rules(app)} == {*ROUTES, CALLBACK}


def test_every_callback_is_in_the_table_and_no_other(app):
    server_side = {output for output, one in app.callback_map.items() if "callback" in one}
    assert {permissions.first_output(output) for output in server_side} == set(CALLBACKS)


def test_the_table_names_only_what_some_role_may():
    every = set().union(*MAY.values()) | {ANYBODY, SIGNED_IN}
    assert {*ROUTES.values(), *CALLBACKS.values()} <= every


@pytest.mark.parametrize("role", ROLES)
def test_a_route_is_closed_to_every_role_that_may_not(app, people, role):
    open_ones = 0
    for rule in rules(app):
        what = ROUTES.get(rule.endpoint, SIGNED_IN)
        closed = what not in (ANYBODY, SIGNED_IN) and what not in MAY[role]
        for method, path in asked(rule):
            if path.startswith("/logout"):
                continue  # it would end the walk
            answer = people[role].open(path, method=method, data={} if method != "GET" else None)
            assert not closed or answer.status_code == 403, f"{method} {path} answers {answer.status_code}"
            assert answer.status_code != 401 or what == ANYBODY, f"{method} {path}"
            open_ones += not closed
    assert open_ones > len([what for what in ROUTES.values() if what in (ANYBODY, SIGNED_IN)]) / 2


@pytest.mark.parametrize("role", ROLES)
def test_a_callback_is_closed_to_every_role_that_may_not(app, people, role):
    for output in app.callback_map:
        what = CALLBACKS.get(permissions.first_output(output))
        answer = people[role].post(CALLBACK, json=body_of(app, output))
        closed = what is None or (what != SIGNED_IN and what not in MAY[role])
        assert answer.status_code == 403 if closed else answer.status_code in (200, 204), output


@pytest.mark.parametrize("body", [None, [], "x", {}, {"output": 3}, {"output": "..x.y.."}, {"output": "ranking-grid"}])
def test_what_is_no_callback_of_ours_is_closed_to_all(people, body):
    for role in ROLES:
        assert people[role].post(CALLBACK, json=body).status_code == 403


ANYTHING = st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda few: st.lists(few, max_size=2) | st.dictionaries(
    st.sampled_from(["id", "property", "value", "x"]), few, max_size=3), max_leaves=5)  # fmt: skip


@given(
    st.sampled_from(sorted(CALLBACKS)),
    st.sampled_from(["output", "outputs", "inputs", "state", "changedPropIds", "value"]),
    ANYTHING,
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_forged_callback_is_refused_and_strange_values_are_read_like_a_form(app, people, name, part, forged):
    output = next(known for known in app.callback_map if permissions.first_output(known) == name)
    body = body_of(app, output)
    if part == "value":
        body["inputs"][0]["value"] = forged
    else:
        body[part] = forged
    assert people["evaluator"].post(CALLBACK, json=body).status_code in (200, 204, 403)


def test_a_route_that_is_in_no_table_is_closed_to_all(app, people, monkeypatch):
    monkeypatch.delitem(ROUTES, "searching.search")
    for role in ROLES:
        assert people[role].get("/search?q=a").status_code == 403


@pytest.mark.parametrize("role", sorted(permissions.LOOKS))
def test_who_only_looks_changes_nothing(app, people, role):
    """Not even by asking for it directly."""
    base = OWN_BASE.code
    for path, form in {
        f"/returns/{base}/{LAST}/submit": {"version": "1"},
        f"/returns/{base}/{LAST}/upload": {},
        "/returns/review/decisions": {"return": f"{base}/{LAST}/1", "step": "accept", "reason": "x"},
        "/returns/reminders": {"period": LAST, "base": base},
        "/returns/reopening": {"period": LAST, "base": base, "until": "2030-01-01", "reason": "x"},
        f"/cases/{base}/{LAST}": {"step": "notify", "text": "x"},
        "/publications/signing": {"publication": f"{LAST}-final-1", "reason": "x"},
    }.items():
        assert people[role].post(path, data=form).status_code in (403, 404), path


def test_who_looks_after_accounts_sees_no_base(app, people):
    told = [
        people["administrator"].get(path).get_data(as_text=True) for path in ("/search?q=B0", "/tables/rankings.csv")
    ]
    for name in [base.code for base in samples()]:
        assert name not in json.dumps(told)
    scope = permissions.scope_of("administrator", None)
    assert not any(scope.allows_base(base) for base in samples())
    assert not scope.allows_area("nation", "")


def test_nobody_is_let_in_without_the_gate(app):
    """The view asks again who it is: a page that forgot the gate would show nothing."""
    with app.server.test_request_context("/"), pytest.raises(NotAllowed):
        view()
