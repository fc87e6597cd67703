"""python -m indicators sensitivity: which choice of the method moves the ranks of a type most."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import typer
from sqlalchemy import Connection

from etl import warehouse
from etl.catalogue import Text
from etl.console import fail, one_quarter, speaking, usable_engine
from etl.form import load_form
from indicators import scope
from indicators.catalogue import NotKept
from indicators.certainty import index_tree, scales
from indicators.definition import Definitions, load_definitions
from indicators.lifting import ends_of, lifted
from indicators.repository.made_with import MadeWith, made_with
from indicators.repository.members import all_members
from indicators.repository.publications import Publication, publications
from indicators.repository.whatif import stored_values
from indicators.sensitivity import LEFT_OUT, MEAN, SCALE, Sensitivity
from indicators.sensitivity import sensitivity as indices

CHOICES = {
    SCALE: Text(en="how values become scores", zh="标准化方法"),
    MEAN: Text(en="how scores are put together", zh="合成方法"),
    LEFT_OUT: Text(en="which indicator is left out", zh="剔除的指标"),
}

AGED = "It was published with the definitions and the method of its time, and so is this; they have been changed since."
STALE = "It was computed with other definitions or another method than today's, which this uses; compute it again."


@speaking
def sensitivity(
    period: Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")],
    type_: Annotated[str, typer.Option("--type", help="One base type.")],
    power: Annotated[int, typer.Option(min=4, max=14, help="2 to this power points for each of the indices.")] = 9,
    seed: Annotated[int, typer.Option(min=0, help="From which random numbers are drawn.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Which choice of the method moves the ranks of a type most: Sobol' indices of the mean shift of rank."""
    found = _of_quarter(one_quarter(period), type_, power, seed)
    print(json.dumps(_as_json(found), ensure_ascii=False) if as_json else "\n".join(_as_text(found)))


@dataclass(frozen=True)
class _Quarter:
    """The indices of one type of a publication, with what it was made with, and of how many bases they are."""

    publication: Publication
    type: str
    made: MadeWith
    bases: int
    found: Sensitivity


def _as_json(of: _Quarter) -> dict[str, Any]:
    factors = [
        {
            "factor": one.code,
            "first": one.first,
            "first_error": one.first_error,
            "total": one.total,
            "total_error": one.total_error,
        }
        for one in of.found.factors
    ]
    return {
        "period": of.publication.period,
        "publication": of.publication.code,
        "as_today": of.made.as_today,
        "type": of.type,
        "bases": of.bases,
        "shift": of.found.shift,
        "points": of.found.points,
        "factors": factors,
    }


def _as_text(of: _Quarter) -> Iterator[str]:
    """The table, and below it what its reader has to know."""
    found = of.found
    moved = f"other choices move a rank by {found.shift:.1f} places on average."
    yield f"{of.publication.period} {of.type} ({of.publication.code}), {of.bases} bases: {moved}"
    yield f"{'first':>7} {'±':>6} {'total':>7} {'±':>6}  choice"
    for one in found.factors:
        shares = f"{one.first:>7.3f} {one.first_error:>6.3f} {one.total:>7.3f} {one.total_error:>6.3f}"
        yield f"{shares}  {_named(of.made.definitions, one.code)}"
    yield f"± is the standard error: the shares are estimated from {found.points} points each."
    if not all(one.possible for one in found.factors):
        yield "A share below 0 or above 1, or a first above its total, is estimation error; a higher --power lessens it."
    if found.rough:
        yield "So few points do not tell the order of the choices; take a higher --power."
    if not of.made.as_today:
        yield AGED if of.publication.settled else STALE


def _of_quarter(period: str, type_: str, power: int, seed: int) -> _Quarter:
    """What is shown for the quarter, by the definitions and the method that it was made with."""
    with warehouse.reading(usable_engine()) as connection:
        shown = {one.period: one for one in publications(connection, scope.national())}
        made = _made_with(connection, shown.get(period))
        if type_ not in made.form.types:
            fail(f"there is no base type {type_!r}; there are {', '.join(made.form.types)}")
        definitions = made.definitions
        tree = index_tree(definitions, type_)
        if period not in shown or tree is None:
            fail(f"nothing is computed for {period}; run: python -m indicators compute --period {period}")
        members = all_members(connection, shown[period], type_)
        there = [code for code, member in members.items() if member.returned]
        values, _ = stored_values(connection, shown[period], definitions, type_, there)
    if len(there) < 2:
        fail(f"{len(there)} returns of {type_} bases are accepted for {period}; ranks need at least two")
    rules, settings = definitions.method.scores, definitions.method.certainty
    scored = [definitions.indicators[code] for code in tree.leaves]
    table = scales(values, scored, 0, np.arange(len(there)), rules, settings.normalisations)
    found = indices(
        table,
        tree,
        means=settings.means,
        lifted=lifted(table, ends_of([(table, tree)])),
        min_share=rules.min_share,
        share_of="weight",
        noise=settings.weight_noise,
        leave_one_out=settings.leave_one_out,
        power=power,
        seed=seed,
    )
    return _Quarter(shown[period], type_, made, len(there), found)


def _made_with(connection: Connection, publication: Publication | None) -> MadeWith:
    """Today's for what is not computed at all."""
    if publication is None:
        return MadeWith(load_form(), load_definitions(), as_today=True)
    try:
        return made_with(connection, scope.national(), publication)
    except NotKept as error:
        fail(f"{publication.code}: {error}")


def _named(definitions: Definitions, code: str) -> str:
    if code in CHOICES:
        return CHOICES[code].en
    return f"weights within {definitions.name(code).en}"
