"""What stands where nothing is published yet: what will be here, and where to go until then."""

import json

import pytest

from dashboard import urls
from dashboard.texts import LANGUAGES, speaker
from dashboard.view import View
from tests.dashboard.programme import OWN, samples

COMMAND = "python -m indicators compute --all"


@pytest.fixture(autouse=True)
def nothing_published(monkeypatch):
    monkeypatch.setattr(View, "published", ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "key"), [("eva", "to_board"), ("cora", "to_board"), ("rep", "to_return")])
def test_it_leads_to_the_returns_that_the_viewer_may_open(open_page, all_parts, name, key, language):
    page = open_page(name, urls.OVERVIEW, language)
    say = speaker(language)
    assert say("empty.nothing_published") in json.dumps(page, ensure_ascii=False)
    told = [part["props"]["href"] for part in all_parts(page) if part["props"].get("children") == say(f"empty.{key}")]
    own = f"/returns/{samples()[OWN].code}/"
    assert len(told) == 1, told
    assert told[0].startswith(own if name == "rep" else urls.BOARD)


def test_only_who_sees_the_nation_is_told_the_servers_command(open_page):
    told = {name: COMMAND in json.dumps(open_page(name, urls.OVERVIEW)) for name in ("eva", "cora", "rep")}
    assert told == {"eva": True, "cora": False, "rep": False}
