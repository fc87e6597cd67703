"""What people do on their way, whatever they are after."""

from playwright.sync_api import Page, expect


def front(visitor) -> Page:
    """Where everybody is after signing in."""
    return visitor.go("/", ".headlines")


def by_navigation(page: Page, words: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=words, exact=True).click()


def choose(page: Page, choice: str, words: str) -> None:
    """A list of the bar of choices. The page of another choice has come when a new list stands in the place of this."""
    now = page.locator(f"#choose-{choice} option:checked").inner_text()
    if now != words:
        before = page.locator(f"#choose-{choice}").element_handle()
        page.select_option(f"#choose-{choice}", label=words)
        page.wait_for_function("list => !list.isConnected", arg=before)
    expect(page.locator(f"#choose-{choice} option:checked")).to_have_text(words)
    page.wait_for_load_state("networkidle")


def copied_link(page: Page) -> str:
    """What the button gives to be sent."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".copy-link")).to_have_text("Copied")
    return page.evaluate("navigator.clipboard.readText()")


class Overheard:
    """Everything that a browser is sent, apart from the product's own scripts and styles."""

    def __init__(self, page: Page):
        self.texts: list[str] = []
        self._waiting: list = []
        page.on("response", lambda answer: self._waiting.append(answer))

    def read(self) -> str:
        """All that came until now. Bodies are there until the next document, so this is asked before it is opened."""
        for answer in self._waiting:
            if answer.status == 200 and not any(
                part in answer.url for part in ("/assets/", "/_dash-component-suites/")
            ):
                self.texts.append(answer.text())
        self._waiting.clear()
        return "\n".join(self.texts)
