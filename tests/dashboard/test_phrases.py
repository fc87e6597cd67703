"""Chinese headings break between the words of the catalogue, English ones at their spaces; every heading of a page does."""

import re
from pathlib import Path

import pytest

import dashboard
from dashboard import components
from dashboard.phrases import breakable, marked_up, phrases
from etl.form import load_form


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026年三季度区域示范基地综合指数排名", ["2026年三季度", "区域示范基地", "综合指数", "排名"]),
        ("2026年三季度福建全部基地情况", ["2026年三季度", "福建", "全部基地情况"]),
        ("假设分析：2026年三季度高校示范基地", ["假设分析：", "2026年三季度", "高校示范基地"]),
        ("2026年三季度：45家基地需要关注", ["2026年三季度：45家基地需要关注"]),  # beside a colon it may break anyway
        ("（2026年三季度）", ["（2026年三季度）"]),
        ("从2026年二季度", ["从2026年二季度"]),
        ("Regional bases by composite index, 2026Q3", ["Regional bases by composite index, 2026Q3"]),
    ],
)
def test_a_heading_falls_into_its_phrases(words, expected):
    assert phrases(words) == expected


def test_nothing_is_lost_or_added():
    for kind in load_form().types.values():
        words = f"2026年三季度{kind.name.zh}综合指数排名（1/2）"
        assert "".join(phrases(words)) == words
        assert "".join(part for part in breakable(words) if isinstance(part, str)) == words


def test_markup_in_a_name_stays_text():
    assert marked_up("福建<b>区域示范基地") == "福建<wbr>&lt;b&gt;<wbr>区域示范基地"


def test_a_heading_of_one_phrase_stays_a_text():
    assert components.h1("Help").children == "Help"  # type: ignore[attr-defined]


def test_every_heading_is_made_there():
    folder = Path(dashboard.__file__).parent
    found = [path.name for path in folder.rglob("*.py") if re.search(r"html\.H1\(", path.read_text(encoding="utf-8"))]
    assert found == ["components.py"]
