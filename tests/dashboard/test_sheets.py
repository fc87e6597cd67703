"""Style sheets: all of them are on every page, so that what one says of a class holds everywhere."""

import re
from collections import defaultdict

from etl.config import ROOT

ASSETS = ROOT / "dashboard" / "assets"


def rules(text):
    """(selector, declarations) of what stands outside of any @ block."""
    text, depth, start = re.sub(r"/\*.*?\*/", "", text, flags=re.S), 0, 0
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "}" and depth == 0:
            selectors, _, body = text[start:place].partition("{")
            start = place + 1
            if not selectors.strip().startswith("@"):
                yield from ((one.strip(), body) for one in selectors.split(","))


def test_a_class_is_described_by_one_sheet_alone():
    where = defaultdict(set)
    for sheet in sorted(ASSETS.glob("*.css")):
        if sheet.name.startswith("paper."):
            continue  # these are on sheets to print alone
        for selector, _ in rules(sheet.read_text(encoding="utf-8")):
            if re.fullmatch(r"\w*\.[\w-]+", selector):
                where[selector.rpartition(".")[2]].add(sheet.name)
    assert len(where) > 200
    assert {name: sheets for name, sheets in where.items() if len(sheets) > 1} == {}
