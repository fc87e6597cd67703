""" "This quarter alone: 26, against 151": each number of the statement stands on its page, and each leads to its cell."""

import json
import re
import shutil

import pytest
from sqlalchemy import update

from dashboard import urls
from dashboard.accounts import create_account
from dashboard.texts import LANGUAGES, texts
from etl import schema, warehouse
from indicators import repository, scope
from indicators.definition import load_definitions
from indicators.explain_change import explain_change
from indicators.scope import NotAllowed
from indicators.verdicts.reasons import Reason
from indicators.verdicts.words import in_words
from tests.builders import QUARTERS
from tests.dashboard.programme import PASSWORD
from tests.dashboard.standing import standing
from tests.indicators import eight_quarters
from tests.indicators.eight_quarters import LATER_BEGUN, NAME, OTHER, OWN
from tests.indicators.publishing import LAST

CODE = "INC02"
PEOPLE = {"eva": ("evaluator", None), "cora": ("coordinator", "ZJ"), "rep": ("reporter", OWN)}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    file = eight_quarters.build(tmp_path_factory.mktemp("eight"))
    engine = warehouse.connect(f"sqlite:///{file}")
    with warehouse.writing(engine) as connection:
        for name, (role, place) in PEOPLE.items():
            create_account(connection, name, PASSWORD, role, place)
    engine.dispose()
    return file


@pytest.fixture
def eight(app, template, tmp_path):
    """The application on this test's own copy."""
    engine = warehouse.connect(f"sqlite:///{shutil.copy(template, tmp_path / 'warehouse.db')}")
    with standing(app, engine):
        yield engine
    engine.dispose()


def change(engine, base=OWN, code=CODE):
    with warehouse.reading(engine) as connection:
        return explain_change(connection, base, NAME, code)


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


def links(tree):
    return re.findall(r'"href": "([^"]*)"', text_of(tree))


def words_of(tree) -> str:
    """What a reader sees, without what is between the words."""
    if isinstance(tree, list):
        return "".join(map(words_of, tree))
    if isinstance(tree, dict) and "props" in tree:
        inside = tree["props"]
        return words_of(inside.get("children")) + words_of(inside.get("tree"))
    return tree if isinstance(tree, str) else "" if tree is None else str(tree)


def reason(engine, rule="fell", base=OWN, code=CODE):
    found = change(engine, base, code)
    return Reason(rule, "red", code, found.now.value, found.mean, trend="falling")


def numbers_in(sentence: str) -> set[str]:
    return set(re.findall(r"¥?−?\d[\d,.]*\d|\d", sentence))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["INC02", "EMP01", "INC03", "FIN02"])
def test_each_number_of_the_reason_stands_on_the_page_with_those_it_is_made_of(eight, open_page, code, language):
    told = in_words(reason(eight, code=code), load_definitions(), language)
    seen = words_of(open_page("eva", urls.alone_path(OWN, LAST, code), language))
    name = load_definitions().indicators[code].name[language]
    assert told in seen, "the statement itself"
    beside = seen.replace(told, "")
    for number in numbers_in(told.replace(name, "")):
        assert number in beside, number
    for one in change(eight, code=code).quarters:
        for operand in one.operands:
            assert operand.missing or f"{operand.sheet}!{operand.cell}" in seen
            assert operand.missing or operand.file in seen


def test_each_operand_leads_to_its_cell_and_each_quarter_to_what_was_published(eight, open_page):
    page = open_page("eva", urls.alone_path(OWN, LAST, CODE))
    found = links(page)
    cells = 0
    for one in change(eight).quarters:
        assert f"#{one.period}" in found
        assert f'"id": "{one.period}"' in text_of(page)
        assert urls.explain_path(OWN, one.period, CODE) in found
        for operand in one.operands:
            cell = urls.alone_path(OWN, LAST, CODE, "", f"{operand.measure}.{operand.period}")
            assert (cell in found) == (operand.cell is not None)
            cells += cell in found
    assert cells >= len(QUARTERS[:4]) + 1


def test_the_sheet_around_a_chosen_cell_is_shown(eight, open_page):
    one = change(eight).now.operands[0]
    address = urls.alone_path(OWN, LAST, CODE, "", f"{one.measure}.{one.period}")
    assert "sheet-picture" in text_of(open_page("eva", address))
    assert "sheet-picture" not in text_of(open_page("eva", urls.alone_path(OWN, LAST, CODE)))


@pytest.mark.parametrize("rule", ["fell", "rose"])
def test_the_reason_leads_there_from_the_base_and_from_the_lamp(eight, open_page, rule):
    with warehouse.writing(eight) as connection:
        reasons = json.dumps([reason(eight, rule).as_dict()])
        mine = (schema.verdict.c.publication == NAME, schema.verdict.c.base == OWN)
        connection.execute(update(schema.verdict).where(*mine).values(lamp="red", reasons=reasons))
    address = urls.alone_path(OWN, LAST, CODE)
    for page in (f"/bases/{OWN}?period={LAST}", urls.explain_path(OWN, LAST, "lamp")):
        assert address in links(open_page("eva", page)), page
    assert texts("en")["base.evidence.quarters"] in text_of(open_page("eva", f"/bases/{OWN}?period={LAST}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarter_without_a_return_says_why_and_takes_no_part_in_the_mean(eight, open_page, language):
    seen = words_of(open_page("eva", urls.alone_path(LATER_BEGUN, LAST, CODE), language))
    words = texts(language)
    assert seen.count(words["why.no_return"]) >= 2
    assert words["alone.mean"].format(n=2) in seen


def test_what_is_not_compared_says_so_and_leads_on(eight, open_page):
    code = next(one.code for one in load_definitions().indicators.values() if not one.scored)
    page = open_page("eva", urls.alone_path(OWN, LAST, code))
    assert texts("en")["alone.unknown"].format(name=load_definitions().name(code)["en"]) in text_of(page)
    assert urls.explain_path(OWN, LAST, code) in links(page)


@pytest.mark.parametrize(("name", "other"), [("cora", OTHER), ("rep", LATER_BEGUN), ("rep", "none-such")])
def test_another_base_is_refused(eight, open_page, name, other):
    text = text_of(open_page(name, urls.alone_path(other, LAST, CODE)))
    assert "This is not in your area" in text
    assert f"Test base {other}" not in text


def test_the_repository_itself_refuses_another_base(eight):
    with warehouse.reading(eight) as connection:
        shown = repository.publications(connection, scope.national())[-1]
        for who, other in ((scope.base(OWN), LATER_BEGUN), (scope.province("ZJ"), OTHER)):
            with pytest.raises(NotAllowed):
                repository.explained_change(connection, who, shown, other, CODE)
            assert repository.explained_change(connection, who, shown, OWN, CODE).change == change(eight)


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_see_the_base_may_see_it(eight, open_page, name):
    assert CODE in text_of(open_page(name, urls.alone_path(OWN, LAST, CODE)))
