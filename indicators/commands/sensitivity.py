"""python -m indicators sensitivity: which choice of the method moves the ranks of a type most."""

import json
from typing import Annotated

import numpy as np
import typer

from etl import warehouse
from etl.catalogue import Text
from etl.console import fail, one_quarter, speaking, usable_engine
from etl.form import load_form
from indicators import scope
from indicators.certainty import index_tree, scales
from indicators.definition import Definitions, load_definitions
from indicators.lifting import ends_of, lifted
from indicators.repository.members import all_members
from indicators.repository.publications import publications
from indicators.repository.whatif import stored_values
from indicators.sensitivity import LEFT_OUT, MEAN, SCALE, Sensitivity
from indicators.sensitivity import sensitivity as indices

CHOICES = {
    SCALE: Text(en="how values become scores", zh="标准化方法"),
    MEAN: Text(en="how scores are put together", zh="合成方法"),
    LEFT_OUT: Text(en="which indicator is left out", zh="剔除的指标"),
}


@speaking
def sensitivity(
    period: Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")],
    type_: Annotated[str, typer.Option("--type", help="One base type.")],
    power: Annotated[int, typer.Option(min=4, max=14, help="2 to this power points for each of the indices.")] = 9,
    seed: Annotated[int, typer.Option(min=0, help="From which random numbers are drawn.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Which choice of the method moves the ranks of a type most: Sobol' indices of the mean shift of rank."""
    form, definitions, period = load_form(), load_definitions(), one_quarter(period)
    if type_ not in form.types:
        fail(f"there is no base type {type_!r}; there are {', '.join(form.types)}")
    found, bases = _of_quarter(definitions, period, type_, power, seed)
    if as_json:
        factors = [{"factor": one.code, "first": one.first, "total": one.total} for one in found.factors]
        told = {"period": period, "type": type_, "bases": bases, "shift": found.shift, "factors": factors}
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"{period} {type_}, {bases} bases: other choices move a rank by {found.shift:.1f} places on average.")
    print(f"{'first':>7} {'total':>7}  choice")
    for one in found.factors:
        print(f"{one.first:>7.3f} {one.total:>7.3f}  {_named(definitions, one.code)}")


def _of_quarter(definitions: Definitions, period: str, type_: str, power: int, seed: int) -> tuple[Sensitivity, int]:
    """The indices, and of how many bases."""
    tree = index_tree(definitions, type_)
    with warehouse.reading(usable_engine()) as connection:
        shown = {one.period: one for one in publications(connection, scope.national())}
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
    return found, len(there)


def _named(definitions: Definitions, code: str) -> str:
    if code in CHOICES:
        return CHOICES[code].en
    return f"weights within {definitions.name(code).en}"
