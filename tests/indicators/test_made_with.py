"""A publication is read by the definitions that it was made with: what is edited later moves none of its numbers."""

import json

import numpy as np
import pytest
from sqlalchemy import select, update

from etl import schema
from etl import warehouse as module
from indicators import repository, scope
from indicators.catalogue import NotKept
from indicators.definition import load_definitions
from indicators.publish import publish
from indicators.refresh import refresh
from indicators.repository.made_with import definitions_of, made_with
from indicators.repository.members import all_members
from indicators.repository.whatif import other_ranking, stored_values
from indicators.whatif import Choice, what_if
from tests import warehouses
from tests.builders import PROGRAMME, Writer, entry, load, programme, set_up
from tests.indicators.publishing import BEFORE, LAST, lock

KIND, NATION = "regional", scope.national()
CODES = [f"R{i}" for i in range(1, 8)]
HEAVY, GONE = "EMP01", "EMP02"


def reported(engine, folder):
    """Seven regional bases: the last quarter is final, earlier ones are working."""
    programme(engine, folder)
    set_up(engine, [*PROGRAMME, *(entry(code, KIND, "ZJ") for code in CODES[2:])], ())
    load(engine, Writer(engine, folder).archive(dict.fromkeys(CODES, KIND)))
    lock(engine)
    refresh(engine)
    publish(engine, LAST, "final", "Ann")


@pytest.fixture
def published(warehouse, catalogue_copy, tmp_path_factory):
    warehouses.fill(warehouse, tmp_path_factory, reported)
    return warehouse


def shown(engine, period=LAST):
    with module.reading(engine) as connection:
        return next(one for one in repository.publications(connection, NATION) if one.period == period)


def ask(engine, query, *args):
    with module.reading(engine) as connection:
        return query(connection, NATION, *args)


def stored_index(engine, name) -> dict[str, float]:
    table = schema.result.c
    with module.reading(engine) as connection:
        query = select(table.base, table.value).where(table.publication == name, table.code == "index")
        return {base: value for base, value in connection.execute(query) if value is not None}


def by_todays_definitions(engine, publication) -> list[float]:
    with module.reading(engine) as connection:
        there = [code for code, one in all_members(connection, publication, KIND).items() if one.returned]
        values, _ = stored_values(connection, publication, load_definitions(), KIND, there)
    return what_if(values, load_definitions(), KIND, Choice(), seed=0).index.tolist()


def test_with_no_choice_made_the_published_ranks_stay_whatever_the_definitions_have_become(published, catalogue_copy):
    final = shown(published)
    catalogue_copy.weigh(HEAVY, 40)
    catalogue_copy.remove(GONE)
    found = ask(published, other_ranking, final, KIND, Choice())
    index = stored_index(published, final.code)
    assert (found.n, found.moved) == (len(CODES), 0)
    assert {row.member.code: row.index for row in found.rows} == pytest.approx(index, abs=1e-9)
    assert not np.allclose(by_todays_definitions(published, final), [index[code] for code in sorted(index)]), (
        "the edit would have moved them"
    )


def test_what_a_publication_was_made_with_is_told_apart_from_todays(published, catalogue_copy):
    final, working = shown(published), shown(published, BEFORE)
    before = load_definitions()
    assert ask(published, made_with, final).as_today
    assert ask(published, made_with, working).as_today
    catalogue_copy.weigh(HEAVY, 40)
    of_final, of_working = ask(published, made_with, final), ask(published, made_with, working)
    assert (of_final.as_today, of_working.as_today) == (False, False)
    assert of_final.definitions.indicators == before.indicators
    assert of_working.definitions is load_definitions(), "of a working one nothing is kept"


def test_a_removed_indicator_and_pillar_are_still_those_of_an_old_publication(published, catalogue_copy):
    final = shown(published)
    bonus = next(code for code, pillar in load_definitions().pillars.items() if pillar.bonus)
    before = of_old(published, final)
    catalogue_copy.remove(GONE)
    catalogue_copy.remove_pillar(bonus, [one.code for one in load_definitions().of_pillar(bonus)])
    assert bonus not in load_definitions().pillars
    assert of_old(published, final) == before
    profile, ranking, flags, _ = before
    assert GONE in [row.code for row in profile.indicators]
    assert all(bonus in row.pillars for row in ranking.rows)
    assert all(flag.about for flag in flags if flag.code)


def of_old(engine, publication):
    return (
        ask(engine, repository.profile, publication, "R1"),
        ask(engine, repository.ranking, publication, KIND),
        ask(engine, repository.flags, publication),
        ask(engine, repository.verdicts, publication),
    )


def test_a_floor_beside_an_old_value_is_the_one_of_then(published, catalogue_copy):
    """INC02: at least 5."""
    final = shown(published)
    catalogue_copy.replace("INC02", r"(?m)^floor: .*$", "floor: {rule: min, value: 77}")
    rows = ask(published, repository.profile, final, "R1").indicators
    assert next(row.floor for row in rows if row.code == "INC02") == 5


def test_what_is_kept_no_more_is_refused_by_what_if_and_named_by_todays_elsewhere(published, catalogue_copy):
    final = shown(published)
    with module.writing(published) as connection:
        table = schema.catalogue
        connection.execute(table.delete().where(table.c.hash == final.definitions_hash))
    catalogue_copy.remove(GONE)
    with pytest.raises(NotKept):
        ask(published, other_ranking, final, KIND, Choice())
    assert ask(published, definitions_of, final) is load_definitions()
    assert ask(published, repository.verdicts, final)
    assert ask(published, repository.flags, final)


def test_a_damaged_catalogue_is_refused_even_after_the_true_one_was_read(published, catalogue_copy):
    final = shown(published)
    catalogue_copy.weigh(HEAVY, 40)
    ask(published, made_with, final)
    with module.writing(published) as connection:
        table = schema.catalogue
        key = table.c.hash == final.definitions_hash
        text = connection.execute(select(table.c.text).where(key)).scalar_one()
        files = json.loads(text)
        files["definitions"][f"{HEAVY}.yml"] += "# another\n"
        connection.execute(update(table).where(key).values(text=json.dumps(files)))
    with pytest.raises(NotKept, match="damaged"):
        ask(published, made_with, final)
