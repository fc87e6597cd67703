"""The files beside the pages: few, kept by browsers as long as they stay the same, compressed once."""

import re

import brotli
import pytest

from dashboard import bundle
from dashboard.bundle import ASSETS

BROTLI = {"Accept-Encoding": "gzip, br"}


def scripts(page):
    return re.findall(r'<script src="([^"]+)"', page)


def index(client, path):
    return client.get(path, headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("kind", ["js", "css"])
def test_a_bundle_holds_every_file_that_is_not_asked_for_by_itself(client, kind):
    answer = client.get(bundle.address(kind))
    assert answer.status_code == 200
    assert answer.mimetype == bundle.KINDS[kind]
    alone = {path.name for path in ASSETS.glob(f"*.{kind}") if f"/* {path.name} */" not in answer.text}
    assert alone == {path.name for path in ASSETS.glob(f"*.{kind}") if re.match(r"(paper|theme|plotly)\b", path.name)}
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_another_content_has_another_address(monkeypatch):
    before = bundle.address("css")
    bundle.address.cache_clear()
    monkeypatch.setattr(bundle, "content", lambda kind: "body { color: red }")
    assert bundle.address("css") != before
    bundle.address.cache_clear()


def test_a_page_begins_with_few_files(signed_in):
    page = index(signed_in("eva"), "/")
    assert len(scripts(page)) < 16
    assert page.count('rel="stylesheet"') == 2
    assert not [source for source in scripts(page) if "dash_table" in source]


def test_the_grids_library_comes_with_the_page_that_holds_one(signed_in):
    client = signed_in("eva")
    for path, there in (("/rankings", True), ("/", False), ("/indicators", False)):
        found = [source for source in scripts(index(client, path)) if "ag_grid" in source]
        assert bool(found) == there, path
        for source in found:
            assert client.get(source).status_code == 200
    later = re.search(r'data-grid="([^"]+)"', index(client, "/"))
    assert later is not None
    assert client.get(later[1]).status_code == 200


def test_every_script_of_a_page_is_there_and_the_renderer_comes_after_ours(signed_in):
    client = signed_in("eva")
    found = scripts(index(client, "/rankings"))
    for source in found:
        with client.get(source) as answer:
            assert answer.status_code == 200, source
    place = {name: next(i for i, source in enumerate(found) if name in source) for name in ("bundle", "dash_renderer")}
    assert place["bundle"] < place["dash_renderer"]


def test_a_static_file_is_compressed_and_stays_what_it_is(client):
    source = bundle.address("js")
    packed, plain = client.get(source, headers=BROTLI), client.get(source)
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    old = client.get(source, headers={"Accept-Encoding": "gzip"})
    assert old.headers["Content-Encoding"] == "gzip"


def test_a_page_is_not_among_what_is_kept_compressed(signed_in):
    answer = signed_in("eva").get("/", headers={"Accept": "text/html", "Accept-Encoding": "br, gzip;q=0"})
    assert answer.headers["Cache-Control"] == "no-store"
