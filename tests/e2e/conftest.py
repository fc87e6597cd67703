"""A browser before the application on the small programme. What the page says or asks for elsewhere is remembered."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests import warehouses
from tests.dashboard import programme, published
from tests.served import ARGUMENTS, chromium, serving

LOCALES = {"en": "en-GB", "zh": "zh-CN"}


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        reason = "no chromium on this machine; as root: apt-get install chromium"
        if os.environ.get("BASEWATCH_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of the application, served as `python -m dashboard` serves it."""
    with warehouses.copied(tmp_path_factory, programme.build) as engine, serving(warehouses.url_of(engine)) as address:
        yield address


@pytest.fixture(scope="module")
def published_store(tmp_path_factory):
    """A module's own copy of the warehouse of published.py."""
    with warehouses.copied(tmp_path_factory, published.build) as engine:
        yield engine


@pytest.fixture(scope="module")
def published_site(published_store):
    """The application on that copy. A module takes it by a fixture `site` of its own."""
    with serving(warehouses.url_of(published_store)) as address:
        yield address


@dataclass
class Visitor:
    """A signed-in page, and everything that should not have happened on it."""

    page: object
    site: str
    complaints: list = field(default_factory=list)
    foreign: list = field(default_factory=list)

    def go(self, path, until="main h1"):
        """Opens an address and waits until the page is there and quiet."""
        self.page.goto(self.site + path)
        self.page.wait_for_selector(until)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def check(self):
        assert self.complaints == []
        assert self.foreign == []


@pytest.fixture(scope="session")
def sessions():
    """The cookies of who has signed in, by site and name: checking a password is made to take long."""
    return {}


@pytest.fixture
def visit(browser, site, sessions):
    """visit("eva", "zh", width=390) → a Visitor; at the end its console must be empty and no other host asked."""
    visitors = []

    def visit(name, language="en", width=1440, theme="light", scheme="light"):
        """`theme`: what was chosen, empty for nothing; `scheme`: what the system prefers."""
        size = {"width": width, "height": 900}
        context = browser.new_context(locale=LOCALES[language], viewport=size, color_scheme=scheme)
        if theme:
            context.add_cookies([{"name": "theme", "value": theme, "url": site}])
        page = context.new_page()
        visitor = Visitor(page, site)
        page.on("console", lambda message: visitor.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on(
            "response",
            lambda answer: answer.status >= 400 and visitor.complaints.append(f"{answer.status} {answer.url}"),
        )

        def asked(request):
            host = urlsplit(request.url).netloc
            if host and host != urlsplit(site).netloc:
                visitor.foreign.append(request.url)

        page.on("request", asked)
        visitors.append(visitor)
        if (site, name) not in sessions:
            sign_in(page, name)
            sessions[site, name] = [one for one in context.cookies(site) if one["name"] == "basewatch"]
        context.add_cookies(sessions[site, name])
        return visitor

    def sign_in(page, name):
        page.goto(f"{site}/login?next=/help")  # a page without charts, which is there at once, for every role
        page.fill("#name", name)
        page.fill("#password", programme.PASSWORD)
        page.click("button.main")
        page.wait_for_selector("main h1")

    yield visit
    for visitor in visitors:
        visitor.page.context.close()
        visitor.check()
