"""What the tests of cases share: the small programme with a provisional publication whose verdicts are known."""

import json
from datetime import datetime

import pytest

from dashboard.accounts import create_account
from etl import schema, warehouse
from indicators import cases
from tests.dashboard import programme
from tests.dashboard.conftest import parts
from tests.dashboard.programme import LAST, OWN, PASSWORD, samples
from tests.dashboard.standing import standing_on_copy

OWN_BASE, NEIGHBOUR, FAR, GREEN = samples()[OWN], samples()[OWN + 1], samples()[-1], samples()[-2]
"""All are red in the quarter's publication but one."""
GROUND, FINAL = f"{LAST}-provisional-1", f"{LAST}-final-1"
REASON = "Hires fell by half; please explain."


def build(engine, folder):
    programme.build(engine, folder)
    with warehouse.writing(engine) as connection:
        for name, role, place in (("ann", "approver", None), ("bob", "reporter", NEIGHBOUR.code)):
            create_account(connection, name, PASSWORD, role, place)
        published(connection, "provisional")


def published(connection, vintage, proposal=None):
    """A publication of the last quarter with its verdicts; of the final one all but the green base have a grade."""
    name = f"{LAST}-{vintage}-1"
    row = dict.fromkeys(schema.publication.c.keys()) | {
        "publication": name, "period": LAST, "vintage": vintage, "number": 1, "method_hash": "0", "definitions_hash": "0",
        "data_state": "0", "created_at": datetime(2027, 1, 25),
    }  # fmt: skip
    warehouse.insert(connection, schema.publication, [row])
    there = [
        {"publication": name, "base": one.code, "type": one.type, "province": one.province, "returned": True}
        for one in samples()
    ]
    warehouse.insert(connection, schema.standing, there)
    verdicts = [
        {
            "publication": name, "base": one.code, "lamp": "green" if one == GREEN else "red", "grade": "C",
            "final": True, "proposal": proposal, "trend": "steady", "reasons": "[]",
        }
        for one in samples()
    ]  # fmt: skip
    warehouse.insert(connection, schema.verdict, verdicts)


@pytest.fixture
def finally_published(store):
    """finally_published("honour") → a signed final publication in which every base is proposed for an honour."""

    def publish(proposal=None):
        with warehouse.writing(store) as connection:
            published(connection, "final", proposal)
            signature = {
                "publication": FINAL,
                "number": 1,
                "by": "bea",
                "at": datetime(2027, 1, 26),
                "reason": "checked",
            }
            warehouse.insert(connection, schema.approval, [signature])

    return publish


@pytest.fixture(autouse=True)
def store(app, tmp_path_factory):
    """The application on this test's own warehouse."""
    with standing_on_copy(app, tmp_path_factory, build) as engine:
        yield engine


@pytest.fixture
def act(store, signed_in):
    """act("eva", "notify", base="B001") → the answer to that step, from a page that is up to date."""

    def act(name, step, text=REASON, base=OWN_BASE.code, seen=None, **rest):
        client = signed_in(name)
        with warehouse.reading(store) as connection:
            known = len(cases.case(connection, base, LAST).events)
        given = {"step": step, "text": text, "seen": str(known if seen is None else seen), **rest}
        return client.post(f"/cases/{base}/{LAST}", data=given)

    return act


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


def steps_shown(tree):
    return {
        part["props"]["value"]
        for part in parts(tree)
        if part["type"] == "Input" and part["props"].get("name") == "step"
    }


def case_of(store, base=OWN_BASE.code, period=LAST):
    with warehouse.reading(store) as connection:
        return cases.case(connection, base, period)


def ticks(tree):
    return {
        part["props"]["value"]
        for part in parts(tree)
        if part["type"] == "Input" and part["props"].get("name") == "known"
    }
