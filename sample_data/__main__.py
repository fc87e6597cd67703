"""python -m sample_data: an invented programme to look at and to test with."""

from pathlib import Path
from typing import Annotated

import typer

from etl import periods
from etl.console import default_workers, fail, progress, speaking
from sample_data.generate import SINGLE_QUARTERS, Order
from sample_data.generate import generate as make

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.callback()
def sample_data() -> None:
    """An invented programme to look at and to test with."""


@app.command()
@speaking
def generate(
    out: Annotated[Path, typer.Option(help="A new or empty folder.")],
    bases: Annotated[int, typer.Option(min=8, max=999, help="How many bases.")] = 212,
    quarters: Annotated[int, typer.Option(min=SINGLE_QUARTERS, max=40, help="How many quarters.")] = 12,
    last: Annotated[str, typer.Option(help="The last of them.")] = "2026Q4",
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same sample.")] = 7,
    in_progress: Annotated[
        bool, typer.Option("--in-progress", help="Leave some returns of the last quarter on their way.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes that write workbooks.")] = default_workers(),
) -> None:
    """Write the bases, their history, single returns with rosters, and what was planted in them."""
    if not periods.is_period(last):
        fail(f"{last!r} is not a quarter; write it like 2026Q4")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fail(f"{out} is not an empty folder; name a new one, so that two samples do not mix")
    out.mkdir(parents=True, exist_ok=True)
    order = Order(out, periods.span(periods.shift(last, 1 - quarters), last), bases, seed, in_progress)
    with progress(bases, "Making the sample") as (done,):
        truth = make(order, workers, done)
    planted, late = len(truth["faults"]), len(truth["late"])
    print(
        f"{out}: {bases} invented bases, {order.quarters[0]} to {last}; {planted} faults planted, {late} returns late."
    )


if __name__ == "__main__":
    app()
