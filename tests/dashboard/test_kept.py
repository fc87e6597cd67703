"""What is kept of a publication: never another scope's, never another person's, and nothing that changes in between."""

import json
from dataclasses import replace

import pytest

from dashboard import kept as keeping
from dashboard import view as viewing
from dashboard.kept import Reader, Shelf, kept
from dashboard.view import View
from indicators import repository
from indicators.repository import cases
from indicators.scope import Scope
from tests.dashboard.programme import OWN, samples

OWN_BASE = samples()[OWN]
KIND = OWN_BASE.type
NATION = Scope("national")
ADDRESSES = ("/", "/rankings", f"/indicators/{keeping.load_definitions().of_type(KIND)[0].code}")


@pytest.fixture(autouse=True)
def empty():
    keeping.shelf.clear()
    viewing._answer.cache_clear()
    yield
    keeping.shelf.clear()


@pytest.fixture
def seen_by(app):
    """seen_by(scope) → a view that differs from any other in its scope only."""
    with app.server.app_context():
        yield lambda scope, **other: replace(View("somebody", "evaluator", scope, None, "en", "light"), **other)


@pytest.fixture(autouse=True)
def outside_requests(monkeypatch):
    monkeypatch.setattr(keeping, "has_request_context", lambda: False)


def named(shown, kind):
    """The bases that a viewer may see by name."""
    return sorted(shown.ask(repository.members, shown.published[-1], kind))


def described(shown):
    return [shown.language, shown.theme, shown.role, shown.place, shown.demo]


SCOPES = (
    NATION,
    Scope("province", province=OWN_BASE.province),
    Scope("province", province=samples()[-1].province),
    Scope("base", base=OWN_BASE.code),
    Scope("base", base=samples()[4].code),
)


@pytest.mark.parametrize("order", [SCOPES, SCOPES[::-1]])
def test_what_is_kept_is_never_shared_across_scopes(seen_by, order):
    found = [kept(seen_by(scope), named, KIND) for scope in order]
    expected = [
        sorted(base.code for base in samples() if base.type == KIND and scope.allows_base(base)) for scope in order
    ]
    assert found == expected
    assert found == [kept(seen_by(scope), named, KIND) for scope in order]


@pytest.mark.parametrize("order", [SCOPES, SCOPES[::-1]])
def test_what_was_asked_is_never_shared_across_scopes(seen_by, order):
    found = [sorted(seen_by(scope).ask(repository.members, seen_by(scope).published[-1], KIND)) for scope in order]
    assert found == [
        sorted(base.code for base in samples() if base.type == KIND and scope.allows_base(base)) for scope in order
    ]


def test_it_is_drawn_once_for_each_scope(seen_by):
    drawn = []

    def draw(shown):
        drawn.append(shown.scope)
        return None

    for _ in range(3):
        for scope in SCOPES:
            kept(seen_by(scope), draw)
    assert drawn == list(SCOPES)


@pytest.mark.parametrize(
    "other",
    [{"language": "zh"}, {"theme": "dark"}, {"role": "coordinator"}, {"place": "FJ"}, {"demo": True}],
)
def test_it_is_kept_for_a_language_a_theme_a_role(seen_by, other):
    one, two = seen_by(NATION), seen_by(NATION, **other)
    assert kept(one, described) == described(one)
    assert kept(two, described) == described(two)


def test_another_state_of_the_publications_is_drawn_anew(seen_by):
    now, before = seen_by(NATION), seen_by(NATION)
    before.published = now.published[:-1]

    def latest(shown):
        return shown.published[-1].code

    assert kept(now, latest) != kept(before, latest)


def test_who_draws_knows_no_name_and_nothing_that_changes(seen_by):
    assert kept(seen_by(NATION), lambda shown: [shown.name, isinstance(shown, Reader)]) == ["", True]
    for changing in (lambda shown: shown.ask_now(cases.cases), lambda shown: shown.waiting):
        with pytest.raises(TypeError, match="changes between publications"):
            kept(seen_by(NATION), changing)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_second_answer_is_the_first_and_each_persons_own(open_page, address, monkeypatch):
    monkeypatch.undo()  # here the texts are put into real answers
    first = {name: json.dumps(open_page(name, address)) for name in ("eva", "cora", "rep")}
    assert keeping.shelf.size > 0
    assert {name: json.dumps(open_page(name, address)) for name in first} == first
    keeping.shelf.clear()
    assert {name: json.dumps(open_page(name, address)) for name in reversed(first)} == first
    assert len(set(first.values())) == 3


def test_the_shelf_holds_so_much_and_lets_go_what_was_not_asked_for():
    shelf = Shelf(most=10)
    shelf.put("a", "aaaa")
    shelf.put("b", "bbbb")
    assert shelf.get("a") == "aaaa"
    shelf.put("c", "cccc")
    assert [shelf.get(key) for key in "abc"] == ["aaaa", None, "cccc"]
    shelf.put("a", "a")
    assert shelf.size == 5
    assert shelf.get("a") == "a"


@pytest.mark.parametrize(
    "answer", ['{"children":["word","b"]}', '{"children":["a","word"]}', '{"children":["a", "word"]}']
)
def test_a_list_never_stands_in_another(answer):
    with pytest.raises(ValueError, match="stands in another list"):
        keeping._put(answer, "word", '["one","two"]')
    assert keeping._put(answer, "word", '{"a":1}') == answer.replace('"word"', '{"a":1}')


def test_a_list_stands_alone():
    assert keeping._put('{"children":"word"}', "word", '["one","two"]') == '{"children":["one","two"]}'
