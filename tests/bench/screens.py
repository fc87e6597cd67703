"""The screens in a real browser: an indicator's page beside a stock Dash app of the same charts, and the rankings of a
large programme beside those of a small one. Ours and theirs take turns, so that a busy moment falls on both.

Both are served by gunicorn with one process and the same threads, on the same SQLite file. Each page is opened in a
browser that has never been there. Ours signs in before; its page holds tables, a map and definitions beside the charts.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

from etl import warehouse
from etl.form import load_form
from indicators.definition import load_definitions
from tests.bench.stored import NAME, PASSWORD, store
from tests.bench.timing import Row
from tests.served import ARGUMENTS, chromium, serving

BASES, QUARTERS = 212, 12
LARGE, FULL_LARGE, LARGE_QUARTERS = 3_000, 15_000, 8
"""`FULL=1` takes the size that is promised; computing its publications takes some minutes."""
FIRST_CHART, BYTES, THROUGHPUT, RANKINGS = 0.7, 0.45, 5.0, 1.5
VISITS, ROUNDS, CLIENTS, SECONDS = 7, 3, 4, 3.0
ENCODINGS = "gzip, deflate, br, zstd"
SMALL_SCREEN = {"width": 1440, "height": 900}

# The moment at which something is first true on the page, by its own clock, which starts with the navigation.
CHART_DRAWN = """
new MutationObserver(() => {
  const root = document.documentElement;
  if (root && !root.dataset.reached && document.querySelector(".main-svg .trace")) root.dataset.reached = performance.now();
}).observe(document, { childList: true, subtree: true });
"""
# The rows are there, and a click on a column's head has put them into another order. It is clicked until it answers.
GRID_ANSWERS = """
let clicked = -Infinity;
(function look() {
  const head = document.querySelector('.ag-header-cell[col-id="name"]'), now = performance.now();
  if (head && head.getAttribute("aria-sort") === "ascending") { document.documentElement.dataset.reached = now; return; }
  if (head && document.querySelector(".ag-row a") && now - clicked > 100) {
    clicked = now;
    head.querySelector(".ag-header-cell-label").click();
  }
  window.requestAnimationFrame(look);
})();
"""


def screens(folder: Path, full: bool) -> list[Row]:
    """Nothing where there is no browser."""
    if chromium() is None:
        print("  no chromium on this machine: the screens are not measured")
        return []
    small = _warehouse(folder, BASES, QUARTERS)
    large = FULL_LARGE if full else LARGE
    with serving(small) as ours, serving(small, _stock(small), "/") as theirs, browsing() as visit:
        rows = [*first_chart(visit, ours, theirs), callbacks(ours, theirs)]
        with serving(_warehouse(folder, large, LARGE_QUARTERS)) as crowded:
            rows.append(rankings(visit, ours, crowded, large))
    return rows


def chosen() -> str:
    """The indicator that is drawn: the first with every chart, of every type."""
    types = list(load_form().types)
    found = load_definitions().indicators.values()
    return next(one.code for one in found if one.funnel and list(one.base_types) == types)


def _warehouse(folder: Path, bases: int, quarters: int) -> str:
    url = f"sqlite:///{folder / f'screens-{bases}.db'}"
    engine = warehouse.connect(url)
    store(engine, bases, quarters)
    engine.dispose()
    return url


def _stock(url: str) -> tuple[str, ...]:
    return ("tests.bench.stock_app", url.removeprefix("sqlite:///"), chosen())


# The browser ---------------------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """`reached`: milliseconds from the navigation; `bytes`: over the wire until the page was quiet."""

    reached: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)


Visit = Callable[[str, str, str, Seen], None]
"""(address, path, script that marks the moment at the root, what is seen)."""


@contextmanager
def browsing() -> Iterator[Visit]:
    """A browser; each visit is the first there."""
    from playwright.sync_api import sync_playwright

    known: dict[str, str] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)

        def visit(address: str, path: str, script: str, seen: Seen) -> None:
            if address not in known:
                known[address] = session(address)
            context = browser.new_context(viewport=SMALL_SCREEN, locale="en-GB")  # type: ignore[arg-type]
            if known[address]:
                name, _, value = known[address].partition("=")
                context.add_cookies([{"name": name, "value": value, "url": address}])
            page = context.new_page()
            wire = context.new_cdp_session(page)
            wire.send("Network.enable")
            loaded: list[float] = []
            wire.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
            page.add_init_script(script)
            page.goto(address + path)
            page.wait_for_selector("html[data-reached]", state="attached", timeout=120_000)
            page.wait_for_load_state("networkidle")
            seen.reached.append(float(page.evaluate("document.documentElement.dataset.reached")))
            seen.bytes.append(sum(loaded))
            context.close()

        yield visit
        browser.close()


def session(address: str) -> str:
    """The cookie of a person who has signed in; empty where nobody needs to."""
    connection = _connection(address)
    form = urlencode({"name": NAME, "password": PASSWORD})
    connection.request("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    cookies = answer.headers.get_all("Set-Cookie") or []
    connection.close()
    return next((one.split(";")[0] for one in cookies if one.startswith("basewatch=")), "")


def first_chart(visit: Visit, ours: str, theirs: str) -> list[Row]:
    mine, other = Seen(), Seen()
    path = f"/indicators/{chosen()}"
    for _ in range(VISITS):
        visit(ours, path, CHART_DRAWN, mine)
        visit(theirs, "/", CHART_DRAWN, other)
    time_ratio = median(mine.reached) / median(other.reached)
    byte_ratio = median(mine.bytes) / median(other.bytes)
    times = f"{median(mine.reached):,.0f} ms beside {median(other.reached):,.0f} ms, median of {VISITS} first visits"
    sizes = f"{median(mine.bytes) / 1e3:,.0f} kB beside {median(other.bytes) / 1e3:,.0f} kB, until the page is quiet"
    return [
        (f"first chart, {BASES} bases", f"{time_ratio:.2f} of stock Dash", f"≤ {FIRST_CHART:g}", times,
         time_ratio <= FIRST_CHART),
        ("bytes of that page", f"{byte_ratio:.0%} of stock Dash", f"≤ {BYTES:.0%}", sizes, byte_ratio <= BYTES),
    ]  # fmt: skip


def rankings(visit: Visit, small: str, large: str, bases: int) -> Row:
    few, many = Seen(), Seen()
    for _ in range(VISITS):
        visit(small, "/rankings", GRID_ANSWERS, few)
        visit(large, "/rankings", GRID_ANSWERS, many)
    ratio = median(many.reached) / median(few.reached)
    words = f"{median(many.reached):,.0f} ms beside {median(few.reached):,.0f} ms at {BASES}, until a click has sorted the rows"
    target, met = f"≤ {RANKINGS:g} ×", ratio <= RANKINGS
    if bases != FULL_LARGE:
        words += f"; FULL=1 takes {FULL_LARGE:,} bases"
    return f"rankings at {bases:,} bases", f"{ratio:.2f} × the time", target, words, met


# Callbacks -----------------------------------------------------------------------------------------------------------


def callbacks(ours: str, theirs: str) -> Row:
    """Every chart of an indicator and type in one answer, over all indicators with a funnel; several people at once."""
    cookie = session(ours)
    codes = [code for code, one in load_definitions().indicators.items() if one.funnel]
    kinds = list(load_form().types)
    mine = [page_request(f"/indicators/{code}", f"?type={kind}") for code in codes for kind in kinds]
    other = [stock_request(code, kind) for code in codes for kind in kinds]
    throughput(ours, mine, cookie, SECONDS)  # what was asked for before is known from then on, as it is in daily use
    throughput(theirs, other, "", SECONDS)
    rates = [(throughput(ours, mine, cookie), throughput(theirs, other, "")) for _ in range(ROUNDS)]
    here, there = (median(side) for side in zip(*rates, strict=True))
    words = f"{here:,.0f} a second beside {there:,.0f}, {CLIENTS} clients, all charts of a page in one answer"
    return "callbacks", f"{here / there:.1f} × stock Dash", f"≥ {THROUGHPUT:g} ×", words, here / there >= THROUGHPUT


def page_request(path: str, search: str) -> dict[str, Any]:
    """What the browser sends when a page of ours is opened."""
    outputs = [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}]
    given = [("pathname", path), ("search", search)]
    inputs = [{"id": "_pages_location", "property": name, "value": value} for name, value in given]
    return _callback(outputs, inputs)


def stock_request(code: str, kind: str) -> dict[str, Any]:
    """What it sends when an indicator is chosen in the stock app."""
    charts = [
        "types",
        "regions",
        *[f"trend-{one}" for one in load_definitions().indicators[chosen()].base_types],
        "funnel",
    ]
    inputs = [
        {"id": "indicator", "property": "value", "value": code},
        {"id": "type", "property": "value", "value": kind},
    ]
    return _callback([{"id": chart, "property": "figure"} for chart in charts], inputs)


def _callback(outputs: list[dict[str, str]], inputs: list[dict[str, str]]) -> dict[str, Any]:
    named = "...".join(f"{one['id']}.{one['property']}" for one in outputs)
    changed = [f"{inputs[0]['id']}.{inputs[0]['property']}"]
    return {"output": f"..{named}..", "outputs": outputs, "inputs": inputs, "changedPropIds": changed}


def throughput(address: str, bodies: list[dict[str, Any]], cookie: str, seconds: float = SECONDS) -> float:
    """Answers a second to several clients, each of which asks again as soon as it has been answered."""
    answered = [0] * CLIENTS
    end = time.perf_counter() + seconds
    headers = {"Content-Type": "application/json", "Accept-Encoding": ENCODINGS, "Cookie": cookie}
    given = [json.dumps(body) for body in bodies]

    def client(number: int) -> None:
        connection = _connection(address)
        for body in cycle(given[number::CLIENTS]):
            if time.perf_counter() > end:
                break
            connection.request("POST", "/_dash-update-component", body, headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{address} answered {answer.status}")
            answered[number] += 1
        connection.close()

    begun = time.perf_counter()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / (time.perf_counter() - begun)


def _connection(address: str) -> http.client.HTTPConnection:
    where = urlsplit(address)
    assert where.hostname
    return http.client.HTTPConnection(where.hostname, where.port, timeout=60)
