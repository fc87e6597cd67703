"""A base's place among its peers: the mark, the words and the numbers say the same on every page."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import numbers, spine
from dashboard.pages.peers import place
from indicators.definition import load_definitions
from indicators.repository import IndicatorRow, Spread
from tests.dashboard.programme import LAST, OWN, samples

MINE = samples()[OWN]
HIGH, LOW = {"top", "above_three"}, {"bottom", "below_three"}
values = st.floats(-1e6, 1e6).map(lambda value: round(value, 2))


def row(value, spread, score):
    told = dict.fromkeys(IndicatorRow.__dataclass_fields__)
    return IndicatorRow(**{**told, "code": "INC01", "value": value, "spread": spread, "score": score, "trend": ()})


@given(value=values, edges=st.lists(values, min_size=5, max_size=5).map(sorted), score=st.floats(0, 100))
@pytest.mark.parametrize("direction", ["up", "down"])
def test_the_mark_never_contradicts_the_words(direction, value, edges, score):
    """The weakest quarter is a quarter of the peers, not a half."""
    spread = Spread(40, *edges)
    indicator = next(one for one in load_definitions().indicators.values() if one.direction == direction and one.scored)
    state, words = spine.state_of(indicator, row(value, spread, score)), place(value, spread)
    best, worst = (HIGH, LOW) if direction == "up" else (LOW, HIGH)
    assert (state == spine.BETTER) == (words in best)
    assert (state == spine.WORSE) == (words in worst)


def cells(tree, found=None):
    """Each row's texts."""
    found = [] if found is None else found
    if isinstance(tree, list):
        for part in tree:
            cells(part, found)
    elif isinstance(tree, dict) and "props" in tree:
        if tree["type"] == "Tr":
            found.append(re.findall(r'"children": "([^"]+)"', json.dumps(tree, ensure_ascii=False)))
        cells(tree["props"].get("children"), found)
        cells(tree["props"].get("tree"), found)  # of what is drawn still
    return found


def test_a_value_is_written_alike_on_the_peers_page_and_the_bases_own(open_page):
    names = {indicator.name.en for indicator in load_definitions().of_type(MINE.type)}

    def written(address, column):
        rows = cells(open_page("rep", address))
        return {
            name: [text for text in texts if re.fullmatch(r"[−\d][\d,.]*", text)][:1]
            for texts in rows
            for name in names & set(texts)
        }

    own = written(f"/bases/{MINE.code}?period={LAST}", 0)
    peers = written(f"/returns/{MINE.code}/{LAST}/peers", 0)
    assert len(own) == len(peers) == len(names)
    assert {name: value for name, value in peers.items() if own[name]} == {n: v for n, v in own.items() if v}


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(12.345, "%", "12.3"), (100.0, "%", "100.0"), (3.14159, "人", "3.14"), (None, "%", "–")],
)
def test_one_way_to_write_a_value(value, unit, words):
    assert numbers.in_unit(value, unit) == words
