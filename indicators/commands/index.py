"""python -m indicators index: the composite method on any table."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from etl.console import fail, speaking
from indicators.index.recipe import RecipeError, Step, read_record, run
from indicators.index.tables import Table, TableError, read_table
from indicators.index.tree import TreeError
from indicators.index.written import write

WITH_A_RECIPE = {"data", "meta", "out", "recipe"}
"""The options that go together with --recipe; the others are what a recipe says."""


@speaking
def index(
    context: typer.Context,
    data: Annotated[Path, typer.Option(help="iData: a row a unit, the column uCode, a column an indicator.")],
    meta: Annotated[Path, typer.Option(help="iMeta: what each column is and where it belongs in the tree.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    denominate: Annotated[bool, typer.Option("--denominate", help="Divide by the Denominator of iMeta.")] = False,
    impute: Annotated[str, typer.Option(help="none, group_mean or group_median.")] = "none",
    group: Annotated[str, typer.Option(help="The column of iData with the groups to fill in from.")] = "",
    treat: Annotated[bool, typer.Option("--treat", help="Winsorise outliers, or take the logarithm.")] = False,
    max_winsorise: Annotated[int, typer.Option(help="How many points of an indicator may be moved.")] = 5,
    normalise: Annotated[str, typer.Option(help="minmax, zscore, rank or percentile_rank.")] = "minmax",
    range_: Annotated[tuple[float, float], typer.Option("--range", help="Of min-max: worst and best score.")] = (
        0,
        100,
    ),
    ties: Annotated[str, typer.Option(help="Of rank and percentile_rank: min or average.")] = "min",
    aggregate: Annotated[str, typer.Option(help="arithmetic, geometric or harmonic.")] = "arithmetic",
    min_share: Annotated[float, typer.Option(help="The share of the children that must be there, 0 to 1.")] = 0.0,
    rank_within: Annotated[str, typer.Option(help="A column of iData: ranks within its groups as well.")] = "",
    uncertainty: Annotated[int, typer.Option(help="Replications with changed weights and methods; 0: none.")] = 0,
    weight_noise: Annotated[
        float, typer.Option(help="Each weight times its own draw from 1 − this to 1 + this.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="The seed of the draws.")] = 0,
    recipe: Annotated[Path | None, typer.Option(help="A recipe.json: the same steps on the same tables again.")] = None,
) -> None:
    """Scores and ranks of any units over any tree of indicators, with every stage on the way."""
    if group and impute == "none":
        print("note: --group changes nothing without --impute group_mean or group_median", file=sys.stderr)
    steps = [
        *_if(denominate, "denominate"),
        *_if(impute != "none", "impute", how=impute, group=group),
        *_if(treat, "treat", max_winsorise=max_winsorise),
        Step("normalise", {"how": normalise, "scale": list(range_), "ties": ties}),
        Step("aggregate", {"how": aggregate, "min_share": min_share}),
        Step("rank", {"within": rank_within}),
        *_if(uncertainty != 0, "uncertainty", replications=uncertainty, noise=weight_noise, seed=seed),
    ]
    try:
        table = read_table(data, meta)
        if recipe is not None:
            steps = _replayed(context, recipe, table)
        result = run(steps, table)
    except TreeError as error:
        fail(f"{meta.name}: {error}")
    except (TableError, RecipeError) as error:
        fail(str(error))
    for note in result.notes:
        print(f"note: {note}", file=sys.stderr)
    files = write(result, steps, out)
    print(f"{out}: {len(table.units)} units, {table.tree.indicators} indicators; {', '.join(files)} written.")


def _if(wanted: bool, verb: str, **arguments: Any) -> list[Step]:
    return [Step(verb, arguments)] if wanted else []


def _replayed(context: typer.Context, recipe: Path, table: Table) -> list[Step]:
    """The recipe's steps, where nothing else was asked for and the tables are those that it was made from."""
    for name in context.params.keys() - WITH_A_RECIPE:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise RecipeError("--recipe says every step itself; leave the other options out, or leave --recipe out")
    record = read_record(recipe.read_text(encoding="utf-8", errors="replace"))
    for sheet, sha256 in ((table.data, record.data_sha256), (table.meta, record.meta_sha256)):
        if sheet.sha256 != sha256:
            raise RecipeError(f"{sheet.name} is not the file that {recipe.name} was made from; give that file")
    return record.steps
