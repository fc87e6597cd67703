"""The audit on the screens: readable, narrowed, turned over, verified, taken along; every action has its words."""

import ast
import csv
import json
import re
from io import StringIO

import pytest
from sqlalchemy import update

from dashboard import audit_words, texts
from dashboard.audited import PAGE
from etl import audit, events, schema_access
from etl.config import ROOT
from etl.warehouse import reading, writing
from indicators import cases
from tests.dashboard import programme
from tests.dashboard.standing import standing_on_copy

MANY = PAGE + 20
EXPANDED = {"case": cases.STEPS, "return": events.EVENTS}
"""The head of an action that is put together → what may follow."""


@pytest.fixture
def store(app, tmp_path_factory):
    """The application on this test's own copy, with more entries than a page holds."""
    with standing_on_copy(app, tmp_path_factory, programme.build) as engine:
        for number in range(MANY):
            with writing(engine) as connection, audit.acting(f"person {number % 2}", "10.0.0.1"):
                audit.note(connection, "return.accepted", "return_event", "B001", "2026Q3", number, reason='a <b> "q"')
        yield engine


def page(open_page, query="", name="audrey", language="en"):
    return json.dumps(open_page(name, f"/audit{query}", language), ensure_ascii=False)


def numbers_of(text):
    """The numbers of the rows that are shown."""
    return [int(number.replace(",", "")) for number in re.findall(r'"children": "([\d,]+)", "scope": "row"', text)]


def noted_calls():
    """Every call by which the code notes something."""
    for package in ("etl", "indicators", "dashboard"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="audit"), attr="note")):
                        yield node, path


def actions_of(node):
    """The actions that an argument can be."""
    match node:
        case ast.Constant(value=str() as text):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return actions_of(one) | actions_of(other)
        case ast.JoinedStr(values=[ast.Constant(value=str() as head), _]):
            return {head + end for end in EXPANDED[head.rstrip(".")]}
    return set()


def assigned(path, name):
    """What a name may hold in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value


def test_every_action_subject_and_detail_that_the_code_notes_has_words():
    known, count, used = texts.texts("en"), 0, set()
    for node, path in noted_calls():
        given = node.args[1]
        values = list(assigned(path, given.id)) if isinstance(given, ast.Name) else [given]
        found = set().union(*(actions_of(value) for value in values))
        assert found, f"{path.name}:{node.lineno}: which action is that?"
        for action in found:
            assert f"audit.action.{audit_words._word(action)}" in known, action
            assert action.split(".")[0] in audit_words.GROUPS, action
        match node.args[2]:
            case ast.Constant(value=subject):
                assert f"audit.subject.{subject}" in known, subject
        for keyword in node.keywords:
            if keyword.arg not in (None, "by"):
                assert f"audit.detail.{keyword.arg}" in known, keyword.arg
        count, used = count + 1, used | {audit_words._word(action) for action in found}
    assert count > 15
    told = {key.removeprefix("audit.action.") for key in known if key.startswith("audit.action.")}
    assert told == used, "words for what the code never notes"


def test_the_newest_come_first_page_by_page(store, open_page):
    text = page(open_page)
    first = numbers_of(text)
    assert len(first) == PAGE
    assert first == sorted(first, reverse=True)
    assert f"/audit?before={first[-1]}" in text
    second = numbers_of(page(open_page, f"?before={first[-1]}"))
    assert second[0] == first[-1] - 1
    assert "Back to the newest" in page(open_page, f"?before={first[-1]}")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?group=return", MANY),
        ("?by=person 1", MANY // 2),
        ("?subject=return_event/B001/2026Q3/7", 11),
        ("?by=nobody", 0),
    ],
)
def test_it_is_narrowed(store, open_page, query, number):
    assert len(numbers_of(page(open_page, query))) == min(number, PAGE)


def test_senseless_choices_show_everything(store, open_page):
    everything = numbers_of(page(open_page, "?group=account"))
    assert everything
    shown = numbers_of(page(open_page, "?group=zz&before=-3&by=&subject=%00"))
    assert len(shown) == PAGE


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Return accepted by the province", "2026Q3")), ("zh", ("省级接受报表", "2026年三季度"))],
)
def test_an_entry_is_readable(store, open_page, language, words):
    text = page(open_page, "?group=return", language=language)
    assert all(word in text for word in words)
    assert 'a <b> \\"q\\"' in text


def test_the_chain_is_verified_with_its_seal(store, open_page):
    with reading(store) as connection:
        before = audit.verify(connection).entries
    text = page(open_page, "?verify=1")
    assert "The chain holds" in text
    number, seal = re.search(r'"children": "(\d+):([0-9a-f]{64})"', text).groups()
    with reading(store) as connection:
        assert audit.verify(connection, [(int(number), seal)]).broken is None
    assert int(number) >= before
    assert "The chain holds" not in page(open_page)


def test_a_broken_chain_is_told(store, open_page):
    table = schema_access.audit
    with store.begin() as connection:
        connection.execute(update(table).where(table.c.number == 3).values(by="somebody else"))
    text = page(open_page, "?verify=1")
    assert "The chain is broken at entry 3" in text
    assert "The chain holds" not in text


def test_the_file_holds_what_was_chosen_on_all_pages(store, signed_in):
    answer = signed_in("audrey").get("/tables/audit.csv?group=return")
    assert answer.headers["Content-Disposition"].endswith("basewatch-audit.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    head, *rows = csv.reader(StringIO("\n".join(line for line in lines if not line.startswith("# "))))
    assert len(rows) == MANY
    with reading(store) as connection:
        stored = {str(one.number): one for one in audit.entries(connection, most=10_000)}
    for row in rows:
        entry, told = stored[row[0]], dict(zip(head, row, strict=True))
        assert (told["by"], told["action"], told["hash"]) == (entry.by, entry.action, entry.hash)
        assert json.loads(told["detail"]) == json.loads(entry.detail)
    assert signed_in("audrey").get("/tables/audit.xlsx").status_code == 200


@pytest.mark.parametrize("name", ["eva", "cora", "rep", "adam"])
def test_it_is_the_auditors_alone(open_page, signed_in, name):
    assert "Your role may not open this page" in page(open_page, name=name)
    assert signed_in(name).get("/tables/audit.csv").status_code == 403
