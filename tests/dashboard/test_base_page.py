"""A base's page: the verdict with its evidence, signal or noise for the chosen indicator, the returns, roster totals."""

import json
import re
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from dashboard import evidence
from dashboard.texts import texts
from etl import periods, returns, schema, warehouse
from etl.events import PROVINCE
from etl.form import load_form
from indicators import repository
from indicators.definition import load_definitions
from indicators.histories import step_of
from indicators.repository.base_returns import base_returns, roster_totals
from indicators.repository.changes import LEAST
from indicators.repository.peers_seen import AROUND
from indicators.repository.positions import position
from indicators.repository.processes import process
from indicators.scope import NotAllowed, base, national, province
from indicators.signals import FUNNEL
from indicators.verdicts.reasons import Reason
from indicators.xmr import xmr
from tests import warehouses
from tests.dashboard import programme, season
from tests.dashboard.programme import samples
from tests.dashboard.published import FAR, FULL, NEIGHBOUR, NOW, OWN
from tests.dashboard.standing import standing

INDICATORS = load_definitions().indicators
MINE = samples()[programme.OWN]
MONTHLY = [i for i in load_definitions().of_type(MINE.type) if i.scored and step_of(i, load_form()) == 1]
UP = next(i for i in MONTHLY if i.direction == "up")
DOWN = next(i for i in MONTHLY if i.direction == "down")
DAYS = count()
SCOPES = {"eva": national(), "cora": province("ZJ"), "rep": base(OWN)}


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


def graphs(all_parts, tree):
    return [part["props"]["figure"] for part in all_parts(tree) if part["type"] == "Graph"]


# Over time


def build_long(engine, folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programme, "PERIODS", periods.span("2023Q1", programme.LAST))
        programme.build(engine, folder)


@pytest.fixture(scope="module")
def long_engine(tmp_path_factory):
    """The small programme over 16 quarters: enough to judge a base by its own history."""
    with warehouses.copied(tmp_path_factory, build_long) as engine:
        yield engine


@pytest.fixture
def long(app, long_engine):
    with standing(app, long_engine):
        yield long_engine


def put(engine, code, value, period=programme.LAST):
    result = schema.result
    with warehouse.writing(engine) as connection:
        publication = f"{period}-working-1"
        connection.execute(
            update(result)
            .where(result.c.publication == publication, result.c.base == MINE.code, result.c.code == code)
            .values(value=value)
        )
        made, day = schema.publication, timedelta(days=next(DAYS))
        connection.execute(  # made anew: what was kept of the publication is not shown any more
            update(made).where(made.c.publication == publication).values(created_at=datetime(2027, 2, 1) + day)
        )


def asked(engine, code):
    with warehouse.reading(engine) as connection:
        shown = repository.publications(connection, national())[-1]
        return process(connection, national(), shown, MINE.code, code)


def test_a_process_chart_is_that_of_the_published_values(long):
    for indicator in MONTHLY:
        found = asked(long, indicator.code)
        alone = xmr(np.array([p.value for p in found.points]), "down" if indicator.direction == "down" else "up")
        assert len(found.points) == 16
        assert found.limits == pytest.approx((alone.lower[-1], alone.mean[-1], alone.upper[-1]))


@pytest.mark.parametrize(
    ("indicator", "value", "title", "judgement"),
    [
        (UP, 1e6, "Above its own limits", "improvement"),
        (UP, -1e6, "Below its own limits", "concern"),
        (DOWN, 1e6, "Above its own limits", "concern"),
    ],
)
def test_a_signal_is_told_in_words_and_marked_by_a_shape(
    long, open_page, all_parts, indicator, value, title, judgement
):
    put(long, indicator.code, value)
    page = open_page("rep", f"/bases/{MINE.code}?code={indicator.code}")
    assert title in text_of(page)
    assert f"here it is an? {judgement}".replace("n?", "n" if judgement[0] in "aeiou" else "") in text_of(page)
    chart = graphs(all_parts, page)[1]
    (trace,) = chart["data"]
    assert trace["marker"]["symbol"][-1] == ("triangle-up" if value > 0 else "triangle-down")
    words = [note["text"] for note in chart["layout"]["annotations"]]
    assert ("above the limits" if value > 0 else "below the limits") in words
    assert len(chart["layout"]["shapes"]) == 3


def test_without_a_value_nothing_is_judged(long, open_page, all_parts):
    put(long, UP.code, None)
    page = open_page("rep", f"/bases/{MINE.code}?code={UP.code}")
    assert "No value in this quarter to judge" in text_of(page)
    assert len(graphs(all_parts, page)) == 1


def test_too_few_values_say_how_many_it_takes(open_page):
    text = text_of(open_page("rep", f"/bases/{MINE.code}?code={UP.code}"))
    least = load_definitions().method.signals.history.least_points
    assert f"judged from {least} values on; there are {len(programme.PERIODS)}" in text


def test_what_has_no_direction_is_not_judged(open_page):
    context = next(i for i in load_definitions().of_type(MINE.type) if not i.scored)
    assert "Shown over time, not judged" in text_of(open_page("rep", f"/bases/{MINE.code}?code={context.code}"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_title_is_short(language):
    words = texts(language)
    titles = [text for key, text in words.items() if re.match(r"(process|funnel)\.title\.", key)]
    places = [text for key, text in words.items() if key.startswith("trend.title.")]
    titles += places + [words[f"trend.year.{way}"].format(place=p) for way in ("higher", "same") for p in places]
    for title in titles:
        assert len(title.split()) <= 10 if language == "en" else len(title) <= 24, title


# Among peers


def published(connection, period=FULL):
    return next(one for one in repository.publications(connection, national()) if one.period == period)


def test_a_position_has_the_published_limits(publishing):
    signal, judged = schema.signal.c, 0
    with warehouse.reading(publishing) as connection:
        shown = published(connection)
        rows = connection.execute(
            select(schema.signal).where(signal.publication == shown.code, signal.base == OWN, signal.kind == FUNNEL)
        )
        for row in rows:
            found = position(connection, national(), shown, OWN, row.code)
            limits = (found.limits.lower_998, found.limits.upper_998, found.target)
            assert limits == pytest.approx((row.lower, row.upper, row.target), rel=1e-5, abs=1e-6)
            assert found.limits.lower_998 <= found.limits.lower_95 <= found.limits.upper_95 <= found.limits.upper_998
            judged += 1
    assert judged > len([i for i in INDICATORS.values() if i.funnel]) / 2


def with_funnel():
    return next(code for code, indicator in INDICATORS.items() if indicator.funnel and indicator.scored)


@pytest.mark.usefixtures("publishing")
@pytest.mark.parametrize("name", ["eva", "rep"])
def test_a_funnel_has_points_only_of_bases_that_the_viewer_may_see(open_page, all_parts, name):
    page = open_page(name, f"/bases/{OWN}?period={FULL}&code={with_funnel()}")
    chart = graphs(all_parts, page)[-1]
    points = {len(trace["x"]) for trace in chart["data"] if trace["mode"] == "markers"}
    assert points == {1, {"eva": len(season.NEAR) + len(season.FAR), "rep": 1}[name] - 1}
    assert ("Test base N2" in text_of(chart)) == (name == "eva")
    assert ("Test base F1" in text_of(chart)) == (name == "eva")
    rects = [shape for shape in chart["layout"]["shapes"] if shape["type"] == "rect"]
    assert len(rects) == 2, "the peers' spread stands for them"


@pytest.mark.usefixtures("publishing")
def test_a_funnel_in_which_two_others_stand_is_not_told(open_page):
    """Of the seven bases five are the coordinator's."""
    text = text_of(open_page("cora", f"/bases/{OWN}?period={FULL}&code={with_funnel()}"))
    assert texts("en")["funnel.title.absent"] in text


def test_the_curves_tell_a_base_nothing_of_others_sizes(publishing):
    with warehouse.reading(publishing) as connection:
        found = position(connection, base(OWN), published(connection), OWN, with_funnel())
    assert found.others == ()
    assert found.sizes[0] == pytest.approx(found.size / AROUND)
    assert found.sizes[-1] == pytest.approx(found.size * AROUND)


@pytest.mark.parametrize("ask", [position, process])
def test_another_bases_evidence_is_refused(publishing, ask):
    with warehouse.reading(publishing) as connection:
        for scope, other in ((base(OWN), NEIGHBOUR), (province("ZJ"), FAR)):
            with pytest.raises(NotAllowed):
                ask(connection, scope, published(connection), other, with_funnel())


# Returns


@pytest.mark.usefixtures("publishing")
def test_the_returns_lead_to_their_pages_with_state_and_timeliness(open_page):
    text = text_of(open_page("eva", f"/bases/{season.WITH_QUERY}"))
    for period in (*season.BEFORE, NOW):
        assert f'"href": "/returns/{season.WITH_QUERY}/{period}"' in text
    assert "late, 13 Nov 2026" in text
    assert "1 query" in text
    assert "with the province" in text


@pytest.mark.parametrize(
    ("code", "state", "following"),
    [
        (season.MISSING, "Nothing has been sent; it", "Next: the base"),
        (season.RETURNED, "It was sent back to the base.", "Next: the base corrects it and submits it again."),
        (season.WITH_QUERY, "under review by the province", "Next: the province accepts it or sends it back"),
    ],
)
@pytest.mark.usefixtures("publishing")
def test_an_absent_return_says_where_it_is_and_what_happens_next(open_page, code, state, following):
    text = text_of(open_page("cora", f"/bases/{code}"))
    assert state in text
    assert following in text
    assert "no return has been accepted" in text


def test_a_return_that_was_accepted_since_says_that_the_rank_follows(open_page, publishing):
    season.step(publishing, season.WITH_QUERY, returns.ACCEPT, PROVINCE)
    assert "accepted since these figures were made" in text_of(open_page("cora", f"/bases/{season.WITH_QUERY}"))


def test_returns_of_another_are_refused_and_of_an_older_quarter_end_there(publishing):
    with warehouse.reading(publishing) as connection:
        with pytest.raises(NotAllowed):
            base_returns(connection, base(OWN), NEIGHBOUR)
        assert base_returns(connection, province("LN"), OWN) == ()
        found = base_returns(connection, base(OWN), OWN, FULL)
        assert [one.period for one in found] == list(reversed(season.BEFORE))


# The roster


def firms(engine, code=OWN, period=NOW):
    roster = schema.roster.c
    with warehouse.reading(engine) as connection:
        rows = connection.execute(select(roster.details).where(roster.base == code, roster.period == period))
        return list(rows.scalars())


def totals(engine, scope):
    with warehouse.reading(engine) as connection:
        return roster_totals(connection, scope, published(connection, NOW), OWN)


def test_roster_totals_are_sums_over_the_firms(publishing):
    listed = firms(publishing)
    now, then = totals(publishing, national())
    assert now.firms == len(listed) >= LEAST
    assert then is None, "an archive has no roster"
    assert now.sums["employees"] == sum(firm["employees"] for firm in listed)


def test_sums_of_few_firms_are_the_bases_own_affair(publishing, open_page):
    kept = schema.roster
    with warehouse.writing(publishing) as connection:
        rows = connection.execute(select(kept.c.row).where(kept.c.base == OWN, kept.c.period == NOW)).scalars().all()
        connection.execute(delete(kept).where(kept.c.base == OWN, kept.c.row.in_(rows[LEAST - 1 :])))
    listed = firms(publishing)
    assert len(listed) == LEAST - 1
    for scope in (national(), province("ZJ")):
        assert set(totals(publishing, scope)[0].sums.values()) == {None}
    assert totals(publishing, base(OWN))[0].sums["employees"] == sum(firm["employees"] for firm in listed)
    assert f"Fewer than {LEAST} firms" in text_of(open_page("eva", f"/bases/{OWN}"))


@pytest.mark.usefixtures("publishing")
@pytest.mark.parametrize("name", SCOPES)
def test_no_row_of_a_roster_is_on_the_page(open_page, publishing, name):
    text = text_of(open_page(name, f"/bases/{OWN}"))
    assert "Firms listed" in text
    for firm in firms(publishing):
        assert firm["uscc"] not in text
        assert firm["firm_name"] not in text


# The verdict


@pytest.mark.usefixtures("publishing")
def test_each_reason_leads_to_its_evidence(open_page, all_parts):
    page = open_page("eva", f"/bases/{OWN}?period={FULL}")
    links = [p["props"] for p in all_parts(page) if p["props"].get("className") == "evidence-link"]
    assert links
    for link in links:
        assert re.match(r"/bases/|/explain/|/rankings|/cases/|#returns|#scores", link["href"])


def test_what_fell_or_rose_over_the_quarters_leads_to_the_course_of_the_scores(open_page, all_parts, publishing):
    parts = all_parts(open_page("eva", f"/bases/{OWN}"))
    place = next(part for part in parts if part["props"].get("id") == "scores")
    courses = [part["props"] for part in all_parts(place) if part["props"].get("role") == "img"]
    with publishing.connect() as connection:
        found = repository.profile(connection, national(), repository.publications(connection, national())[-1], OWN)
    index = [value for value in found.index.trend if value is not None]
    assert found.index.trend[-1] == found.index.score
    assert [words.split()[-1] for words in courses[0]["aria-label"].split("; ")] == [f"{value:.1f}" for value in index]


@pytest.mark.parametrize("rule", ["decline", "slipping", "improving"])
def test_the_course_is_the_evidence_of_a_rule_over_quarters(publishing, rule):
    with publishing.connect() as connection:
        publication = repository.publications(connection, national())[-1]
        found = repository.profile(connection, national(), publication, OWN)
    shown: Any = SimpleNamespace(say=lambda key: key)
    link = evidence.of_base(shown, publication, found.member, Reason(rule, "red"), found.definitions)
    props = link.to_plotly_json()["props"]
    assert props["href"] == f"/bases/{OWN}?period={publication.period}#scores"
    assert props["children"] == "base.evidence.course"


def test_the_table_is_of_the_named_base_and_of_a_base_its_own(signed_in):
    own, other = samples()[0], samples()[4]
    assert signed_in("eva").get("/tables/base.csv").status_code == 404, "no base is named"
    assert own.code in signed_in("rep").get("/tables/base.csv").data.decode()
    assert signed_in("rep").get(f"/tables/base.csv?base={other.code}").status_code == 403
    text = signed_in("eva").get(f"/tables/base.csv?base={other.code}").data.decode()
    for indicator in load_definitions().of_type(other.type):
        assert f"\n{indicator.code}," in text
