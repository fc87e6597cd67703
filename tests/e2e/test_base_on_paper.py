"""A base's page in a browser: two pages of paper whatever the screen, and nothing wider than a phone."""

import re

import pytest

from dashboard.theme import DARK, LIGHT
from tests.dashboard.programme import MISSING, OWN, samples

pytestmark = pytest.mark.browser
MINE = samples()[OWN]
PAGE = re.compile(rb"/Type\s*/Page(?!s)")


@pytest.mark.parametrize(
    ("name", "place", "language", "width", "theme"),
    [
        ("rep", OWN, "en", 1440, "light"),
        ("rep", OWN, "zh", 390, "dark"),
        ("eva", MISSING, "zh", 1440, "dark"),
        ("eva", OWN, "en", 390, "light"),
    ],
)
def test_it_prints_on_two_pages(visit, name, place, language, width, theme):
    visitor = visit(name, language, width, theme)
    page = visitor.go(f"/bases/{samples()[place].code}", "#indicator .js-plotly-plot")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(PAGE.findall(paper)) == 2
    visitor.check()


def test_paper_is_white_and_the_screen_is_dark_again(visit):
    page = visit("rep", theme="dark").go(f"/bases/{MINE.code}", "#indicator .js-plotly-plot path.js-line")
    line = page.locator("#indicator .js-plotly-plot path.js-line").last
    colour = "node => getComputedStyle(node).stroke"
    assert line.evaluate(colour) == rgb(DARK["accent"])
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert line.evaluate(colour) == rgb(LIGHT["accent"])
    assert page.get_attribute("html", "data-theme") == "light"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert line.evaluate(colour) == rgb(DARK["accent"])
    assert page.get_attribute("html", "data-theme") == "dark"


def rgb(colour):
    return "rgb({}, {}, {})".format(*(int(colour[place : place + 2], 16) for place in (1, 3, 5)))


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen(visit, width):
    page = visit("rep", width=width).go(f"/bases/{MINE.code}", "#indicator .js-plotly-plot")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
