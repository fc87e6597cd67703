"""The case of a flagged base in a real browser, from hand to hand: evaluator, base, province, evaluator, approver. Each
page and question on the way is held against WCAG, too."""

import pytest
from playwright.sync_api import expect

from etl import warehouse
from indicators import cases
from tests.dashboard.published import APPROVER, LATER, NOW
from tests.dashboard.season import MISSING, RETURNED
from tests.e2e.axe import faults, judged

pytestmark = pytest.mark.browser

CASE = f"/cases/{MISSING}/{NOW}"
"""The base that sent nothing: its lamp is yellow in the quarter's publication."""
NOTICE = "No return for this quarter.\nWhat kept you from reporting?"
ANSWER = "The accountant left in October."
PLAN = "A successor begins on 1 February; the return follows by the 10th."
OPINION = "The province has seen the contract, and supports the plan."
WATCH = "The plan is credible; look again next quarter."
UNSURE = "By which figure will it be seen?"
WATCH_AGAIN = "Credible: the return by 10 February is the figure."
UNASKED = (cases.ANSWER, cases.PLAN)
SIGNED = "Agreed, on the grounds of the province's opinion."


@pytest.fixture(scope="module")
def site(published_site):
    return published_site


@pytest.fixture(scope="module")
def of_case(published_store):
    """What the warehouse holds of a base's case: (step, decision, text, author)."""

    def of_case(base):
        with warehouse.reading(published_store) as connection:
            found = cases.case(connection, base, NOW).events
        return [(event.event, event.decision, event.text, event.by) for event in found]

    return of_case


def at_case(visitor):
    """Opens the case's page, which comes in one piece: nothing has to fall quiet first."""
    visitor.page.goto(visitor.site + CASE)
    visitor.page.wait_for_selector(".return-head")
    return visitor.page


def form_of(page, step):
    return page.locator("form.case-step").filter(has=page.locator(f'input[name="step"][value="{step}"]'))


def act(page, step, text, button, decision="", sure=True):
    """Fills in the form of a step and sends it; `sure`: and answers the question that comes before what cannot be taken
    back."""
    form = form_of(page, step)
    if decision:
        form.get_by_role("radio", name=decision).check()
    form.get_by_role("textbox").fill(text)
    form.get_by_role("button", name=button, exact=True).click()
    if sure and step not in UNASKED:
        dialog = form.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert faults(page, "dialog[open]") == []
        expect(dialog.get_by_role("button", name="Go back" if button.isascii() else "返回")).to_be_focused()
        dialog.get_by_role("button", name=button, exact=True).click()


def told(page, words):
    expect(page.locator(".told")).to_contain_text(words)


def steps_offered(page):
    """The steps that the page offers, findings of false data and withdrawing aside."""
    page.wait_for_selector(".return-head")
    offered = page.locator('form.case-step input[name="step"]').evaluate_all("fields => fields.map(f => f.value)")
    return [step for step in offered if step not in (cases.FALSE_DATA, cases.WITHDRAW)]


def course(page):
    """What the page tells of what happened, oldest first: (what, its text)."""
    items = page.locator("section ol.happened > li")
    items.first.wait_for()
    lines = items.evaluate_all("found => found.map(li => [li.querySelector('p').innerText, li.lastChild.innerText])")
    return [tuple(line) for line in reversed(lines)]


def waits(visitor, first):
    """Opens the list of cases: whether this one waits for the visitor, and stands there in that state."""
    page = visitor.go("/cases", "table.cases")
    row = page.locator("table.cases tbody tr").filter(has=page.locator(f'a[href="{CASE}"]'))
    expect(row).to_contain_text(first)
    return "mine" in (row.get_attribute("class") or "")


def test_a_whole_case_from_the_notice_to_the_signature(visit, of_case):
    evaluator, reporter, coordinator, approver = (visit(name) for name in ("eva", "new", "cora", APPROVER))

    # The evaluator finds the flagged base, opens a case from its page and notifies it.
    page = evaluator.go(f"/bases/{MISSING}?period={NOW}", ".verdict-line")
    page.get_by_role("link", name="Open a case for this quarter").click()
    page.wait_for_selector("form.case-step")
    expect(page.locator(".return-aside")).to_contain_text(LATER)
    assert steps_offered(page) == ["notify"]
    judged(page)
    act(page, "notify", NOTICE, "Notify the base", sure=False)
    expect(page.get_by_role("dialog")).to_contain_text("until somebody has answered", ignore_case=True)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert of_case(MISSING) == [], "nobody was sure"
    act(page, "notify", NOTICE, "Notify the base")
    told(page, "The base has been notified.")
    assert steps_offered(page) == [], "now it is the base's turn"
    expect(page.locator(".return-head")).to_contain_text("the base, until")

    # The base reads the notice, answers, and adds a plan.
    assert waits(reporter, "notified, reply awaited")
    page = reporter.page
    judged(page)
    page.locator(f'main a[href="{CASE}"]').click()
    expect(page.locator(".happened.latest")).to_contain_text("What kept you from reporting?")
    assert steps_offered(page) == ["answer", "plan"]
    judged(page)
    act(page, "answer", ANSWER, "Send the answer")
    told(page, "Your answer has been kept")
    act(page, "plan", PLAN, "Hand in the plan")
    told(page, "Your plan has been kept")

    # The province gives its opinion.
    assert waits(coordinator, "opinion of the province awaited")
    page = at_case(coordinator)
    judged(page)
    act(page, "opinion", OPINION, "Give the opinion")
    told(page, "Your opinion has been kept")

    # The evaluator cannot propose adjustment on figures that are not final.
    page = at_case(evaluator)
    expect(form_of(page, "propose").get_by_role("radio", name="adjustment")).to_be_disabled()
    judged(page)
    act(page, "propose", WATCH, "Propose the decision", "keep watching")
    told(page, "waits for the approver's signature")
    assert steps_offered(page) == [], "who proposes does not sign"

    # The approver hands it back once, and signs what is proposed anew.
    page = at_case(approver)
    assert steps_offered(page) == ["sign", "refuse"]
    judged(page)
    act(page, "refuse", UNSURE, "Hand back")
    told(page, "The proposal went back")
    act(at_case(evaluator), "propose", WATCH_AGAIN, "Propose the decision", "keep watching")
    told(evaluator.page, "waits for the approver's signature")
    assert waits(approver, "signature awaited")
    page = at_case(approver)
    form_of(page, "sign").get_by_role("button", name="Sign").click()
    assert steps_offered(page) == ["sign", "refuse"], "without a reason nothing is signed"
    act(page, "sign", SIGNED, "Sign")
    told(page, "The decision is signed.")

    # Everything is there afterwards, word for word, and the same for all four.
    happened = [
        ("Notice", NOTICE),
        ("Answer", ANSWER),
        ("Improvement plan", PLAN),
        ("Opinion of the province", OPINION),
        ("Decision proposed: keep watching", WATCH),
        ("Proposal handed back", UNSURE),
        ("Decision proposed: keep watching", WATCH_AGAIN),
        ("Decision signed: keep watching", SIGNED),
    ]
    for visitor in (evaluator, reporter, coordinator, approver):
        assert course(at_case(visitor)) == happened
        assert steps_offered(visitor.page) == (["notify"] if visitor is evaluator else [])
        visitor.check()
    judged(approver.page)
    assert not waits(reporter, "kept under watch")
    kept = of_case(MISSING)
    assert [text.splitlines() for _, _, text, _ in kept] == [text.splitlines() for _, text in happened]
    assert [by for *_, by in kept] == ["eva", "new", "new", "cora", "eva", APPROVER, "eva", APPROVER]
    assert kept[-1][:2] == ("sign", "keep_watching")


def test_who_writes_on_a_page_that_is_out_of_date_overwrites_nothing(visit, of_case):
    here = f"/cases/{RETURNED}/{NOW}"
    pages = [visit("eva", "zh").go(here, "form.case-step") for _ in range(2)]
    act(pages[0], "notify", "请说明本季度报表为何被退回。", "通知基地")
    told(pages[0], "已通知基地。")
    act(pages[1], "notify", "另一份通知。", "通知基地")
    told(pages[1], "页面载入后案卷已有新进展")
    assert course(pages[1]) == [("通知", "请说明本季度报表为何被退回。")]
    assert [event[2] for event in of_case(RETURNED)] == ["请说明本季度报表为何被退回。"]
