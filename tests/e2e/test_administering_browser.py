"""Accounts and quarters in a browser: a step is asked about before it is taken, the list of places follows the role, and a
first password can be copied."""

import pytest

from tests import warehouses
from tests.dashboard import programme
from tests.dashboard.programme import LAST, OWN, samples
from tests.e2e.axe import faults
from tests.served import serving

pytestmark = pytest.mark.browser
BASE = samples()[OWN].code


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of its own: these tests change it."""
    with warehouses.copied(tmp_path_factory, programme.build) as engine, serving(warehouses.url_of(engine)) as address:
        yield address


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 1440), ("zh", "dark", 390)])
def test_an_account_is_made(visit, language, theme, width):
    visitor = visit("adam", language, width, theme)
    page = visitor.go("/accounts")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click(".new-account > summary")
    page.fill("#account-name", f"rita {language}")
    assert page.locator("#place-reporter").is_hidden()
    page.check("input[value=coordinator]")
    page.check("input[value=reporter]")
    assert page.locator("#place-coordinator").is_hidden()
    page.click("text=/^(Make the account|创建账号)$/")
    assert page.locator("#given").count() == 0, "no place was chosen yet"
    page.select_option("#place-reporter", BASE)
    page.click("text=/^(Make the account|创建账号)$/")
    page.wait_for_selector("#given")
    assert "password" not in page.url
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click(".copy-hash")
    page.wait_for_function(
        "navigator.clipboard.readText().then((text) => text === document.getElementById('given').textContent)"
    )


def test_closing_is_asked_about_and_told(visit):
    visitor = visit("adam")
    page = visitor.go("/accounts?name=cora")
    page.click("button.worse")
    dialog = page.locator("dialog[open]")
    assert "Nobody signs in as cora any more" in dialog.inner_text()
    assert faults(page) == []
    dialog.locator(".sure-back").click()
    assert page.locator("dialog[open]").count() == 0
    page.click("button.worse")
    dialog.locator("button.worse").click()
    page.wait_for_selector(".told")
    assert page.inner_text(".told") == "The account of cora is closed."
    assert "closed" in page.inner_text(".account-facts")
    page.reload()
    page.wait_for_selector("main h1")
    assert page.locator(".told").count() == 0, "it is told once"


def test_a_quarter_is_locked_after_the_question(visit):
    visitor = visit("adam")
    page = visitor.go("/periods")
    row = page.locator("tr", has_text=LAST)
    row.locator("text=/^Lock$/").first.click()
    dialog = page.locator("dialog[open]")
    assert "Not handed in yet: 2" in dialog.inner_text()
    dialog.locator("button.main").click()
    page.wait_for_selector(".told")
    assert page.inner_text(".told") == f"{LAST} is locked."
    assert "locked" in page.locator("tr", has_text=LAST).inner_text()


def test_the_whole_chain_is_verified_by_a_button(visit):
    page = visit("audrey").go("/audit")
    page.click("text=Verify the whole chain")
    page.wait_for_selector(".seal")
    assert faults(page) == []
