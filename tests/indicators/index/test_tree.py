"""A tree is what its table says, or it is refused with the place and the way out."""

import pytest

from indicators.index.tree import Entry, TreeError, grow
from tests.indicators.index.made import tree_of


def entry(code, parent="top", weight=1.0, indicator=True):
    return Entry(code, parent, weight, indicator)


TOP = entry("top", "", 1.0, False)


def test_indicators_come_first_and_each_aggregate_after_its_children():
    tree = tree_of(("top", "", 1), ("left", "top", 1), ("a", "left", 1), ("right", "top", 1), ("b", "right", 1))
    assert tree.codes == ("a", "b", "left", "right", "top")
    assert tree.leaves == ("a", "b")
    assert tree.families == ((2, (0,)), (3, (1,)), (4, (2, 3)))


def test_a_tree_may_have_any_depth():
    depth = 500
    levels = [entry(f"L{i}", f"L{i + 1}" if i < depth else "", 1.0, False) for i in range(depth + 1)]
    tree = grow([entry("a", "L0"), *levels])
    assert len(tree.families) == depth + 1
    assert tree.codes[-1] == f"L{depth}"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([TOP, entry("a"), entry("a")], "a is there twice"),
        ([TOP, entry("top", "")], "top is there twice"),
        ([TOP, entry("a", "nowhere")], "nowhere, which is not in the table"),
        ([TOP, entry("a"), entry("b", "a")], "a, which is an indicator"),
        ([TOP, entry("a"), entry("x", "y", 1, False), entry("y", "x", 1, False)], "x, y go in a circle"),
        ([TOP, entry("a"), entry("x", "x", 1, False)], "x go in a circle"),
        ([TOP, entry("a"), entry("x", "top", 1, False)], "x has no children"),
        ([TOP, entry("a", weight=-1)], "a has the weight -1"),
        ([TOP, entry("a", weight=float("nan"))], "a has the weight nan"),
        ([TOP, entry("a", weight=float("inf"))], "a has the weight inf"),
        ([TOP, entry("a", weight=0), entry("b", weight=0)], r"the weights below top are all 0 \(a, b\)"),
        ([TOP], "there is no indicator"),
        ([], "there is no indicator"),
    ],
)
def test_what_cannot_be_aggregated_over_is_refused(entries, said):
    with pytest.raises(TreeError, match=said):
        grow(entries)
