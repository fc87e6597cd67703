"""The page of patterns: only for those who build the product, every sample in both languages; colours hold their contrast."""

import json

import plotly.utils
import pytest

from dashboard import permissions, theme
from dashboard.app import DEVELOPMENT_VIEWS, VIEWS
from dashboard.pages import patterns, patterns_data
from dashboard.texts import LANGUAGES, texts
from dashboard.urls import PATTERNS
from dashboard.view import View
from etl import config
from indicators import cases, scope
from indicators.verdicts.reasons import LAMPS
from tests.dashboard.programme import samples


def drawn(app, role, language):
    with app.server.test_request_context(PATTERNS):
        shown = View("eva", role, scope.national(), None, language, "light")
        return json.dumps(patterns.render(shown, {}), cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False)


def test_without_the_setting_there_is_no_such_page(open_page):
    assert config.Settings().development is False
    assert "There is no such page" in json.dumps(open_page("eva", PATTERNS))
    assert PATTERNS not in {path for _, path, _ in VIEWS}


def test_with_it_every_role_may_open_the_page():
    assert [path for _, path, _ in DEVELOPMENT_VIEWS] == [PATTERNS]
    assert all(permissions.may(role, what) for what, *_ in DEVELOPMENT_VIEWS for role in permissions.ROLES)


@pytest.mark.parametrize(("text", "on"), [("1", True), ("0", False), ("yes", None)])
def test_the_setting_is_on_or_off(monkeypatch, text, on):
    monkeypatch.setenv("DEVELOPMENT", text)
    config.settings.cache_clear()
    try:
        if on is None:
            with pytest.raises(config.SettingError, match="DEVELOPMENT='yes'"):
                config.settings()
        else:
            assert config.settings().development is on
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_is_drawn_of_invented_data(app, language):
    text = drawn(app, "evaluator", language)
    known = texts(language)
    for key, words in known.items():
        if key.startswith("patterns.sample."):
            assert f'"{words}"' in text, key
    assert known["patterns.lead"] in text
    for number, base in enumerate(samples(), start=1):
        assert f"/bases/{base.code}" not in text, f"base {number} of the programme"


def test_every_state_of_a_case_and_every_lamp_is_among_the_data():
    assert {one.state for one in patterns_data.every_case()} == {None, *cases.STATES}
    assert {one.lamp for one in patterns_data.verdicts()} == set(LAMPS)


# Colours


def test_contrast_is_measured_as_wcag_does():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#FFFFFF", "#777777") == pytest.approx(4.478, abs=0.001)
    assert theme.contrast("#12436D", "#12436D") == 1


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize(("token", "needed"), theme.NEEDED.items())
def test_texts_and_marks_stand_out_from_the_paper(name, token, needed):
    tokens = theme.THEMES[name]
    assert theme.contrast(tokens[token], tokens["paper"]) >= needed


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("place", range(1, theme.CLASSES + 1))
def test_a_text_stands_out_from_its_class(name, place):
    tokens = theme.THEMES[name]
    assert theme.contrast(tokens[f"on-class-{place}"], tokens[f"class-{place}"]) >= theme.TEXT
