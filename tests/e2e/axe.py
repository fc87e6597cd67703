"""axe, which judges a page by WCAG 2.2 AA as far as a machine can."""

from importlib.resources import files

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "([part, rules]) => axe.run(part || document, { runOnly: rules, resultTypes: ['violations'] })"
STILL = """() => Promise.all(
    document.getAnimations().filter(one => one.effect.getTiming().iterations !== Infinity).map(one => one.finished)
)"""
"""What fades in is pale until it is there."""
UNFOLD = "document.querySelectorAll('main details').forEach(details => { details.open = true; })"


def faults(page, part: str = "") -> list[str]:
    """What axe finds on the page as it stands: the rule and the first element that breaks it. `part`: a selector of what
    has just appeared, where the rest has been judged already."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    page.evaluate(STILL)
    found = page.evaluate(RUN, [part, RULES])["violations"]
    return [f"{one['id']} × {len(one['nodes'])}: {one['nodes'][0]['html'][:200]}" for one in found]


def unfold(page) -> None:
    """Opens everything that is folded: tables beside charts, menus, reasons."""
    page.evaluate(UNFOLD)


def judged(page) -> None:
    """Nothing that axe knows is wrong on the page, with all that is folded opened."""
    unfold(page)
    found = faults(page)
    assert found == [], found
