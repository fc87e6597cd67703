"""An index as an ordered record of steps with their arguments. The record makes the result, and makes it again."""

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from indicators.index.aggregate import MEANS, NotPositive, aggregate
from indicators.index.denominate import denominate
from indicators.index.impute import CENTRES, impute
from indicators.index.normalise import METHODS as NORMALISING
from indicators.index.normalise import directed, normalise, without_scale
from indicators.index.rank import TIES, rank, rank_within
from indicators.index.tables import LARGEST, UNIT, Table, TableError
from indicators.index.treat import Treatment, treat, untreated


class RecipeError(ValueError):
    """The record is none, or its steps cannot be run on the table; the message says what to do."""


@dataclass(frozen=True)
class Step:
    verb: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass
class Result:
    """Every stage of an index. Values are [unit, indicator], scores and ranks [unit, code] in the tree's order."""

    table: Table
    values: np.ndarray
    """After the last step that changed them: iData's, then divided, filled, treated."""
    imputed: np.ndarray
    """[unit, indicator]: whether the value was filled in."""
    stages: dict[str, np.ndarray] = field(default_factory=dict)
    """The values after each step that ran, by the step's verb; with "read", "directed" and "normalise"."""
    treatments: list[Treatment] = field(default_factory=list)
    """What was done to each indicator against outliers."""
    scores: np.ndarray | None = None
    ranks: np.ndarray | None = None
    group_ranks: np.ndarray | None = None
    groups: np.ndarray | None = None
    uncertainty: Any = None
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Those of each step that ran, by its verb."""
    notes: list[str] = field(default_factory=list)
    """What somebody who reads the result must know, a line each."""

    @classmethod
    def of(cls, table: Table) -> "Result":
        read = table.values
        return cls(table, read, np.zeros(read.shape, dtype=bool), {"read": read})

    def tell(self, codes: Sequence[str], what: str) -> None:
        """A note on some codes, where there are any."""
        if codes:
            self.notes.append(f"{_listed(codes)}: {what}")


def run(steps: Sequence[Step], table: Table) -> Result:
    """The result of the steps, in their order. Raises RecipeError, TableError."""
    check(steps)
    result = Result.of(table)
    for step in steps:
        result.arguments[step.verb] = step.arguments
        VERBS[step.verb](result, **step.arguments)
    if not result.treatments:
        result.treatments = untreated(result.values)
    if any(table.denominators) and "denominate" not in result.arguments:
        result.notes.append("some indicators name a Denominator; they are divided by it only with --denominate")
    return result


def check(steps: Sequence[Step]) -> None:
    """Raises RecipeError where a step or an argument is unknown, is not in its place, or is missing."""
    order = list(VERBS)
    for step in steps:
        if step.verb not in VERBS:
            raise RecipeError(f"there is no step {step.verb!r}; the steps are {', '.join(order)}")
        try:
            inspect.signature(VERBS[step.verb]).bind(None, **step.arguments)
        except TypeError as error:
            raise RecipeError(f"the step {step.verb}: {error}") from None
        for name, value in step.arguments.items():
            holds, words = RULES[name, step.verb]
            if not holds(value):
                raise RecipeError(f"{name} of the step {step.verb} must be {words}, not {value!r}")
    verbs = [step.verb for step in steps]
    if verbs != sorted(set(verbs), key=order.index) or not {"normalise", "aggregate", "rank"} <= set(verbs):
        raise RecipeError(f"a recipe has the steps {', '.join(order)} in this order; the first three may be left out")


def to_json(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [asdict(step) for step in steps]


@dataclass(frozen=True)
class Record:
    """What a recipe.json says: the steps, and the hashes of the two files that they were run on."""

    steps: list[Step]
    data_sha256: str
    meta_sha256: str


def read_record(text: str) -> Record:
    """Raises RecipeError for a text that is no recipe.json."""
    try:
        found = json.loads(text)
        steps = [Step(str(step["verb"]), dict(step["arguments"])) for step in found["steps"]]
        record = Record(steps, *(found["inputs"][role]["sha256"] for role in ("data", "meta")))
    except (ValueError, KeyError, TypeError):
        raise RecipeError("the recipe cannot be read; use a recipe.json that this command has written") from None
    check(steps)
    return record


def _denominate(result: Result) -> None:
    table = result.table
    ones = np.ones(len(table.units))
    columns = [table.data.numbers(name) if name else ones for name in table.denominators]
    for code, name, column in zip(table.tree.leaves, table.denominators, columns, strict=True):
        if (column < 0).any():
            unit = table.units[np.flatnonzero(column < 0)[0]]
            raise TableError(f"{code} is divided by {name}, which is negative for {unit}; correct it or leave it blank")
    divided = denominate(result.values, np.column_stack(columns))
    if (np.abs(divided) > LARGEST).any():
        unit, code = np.argwhere(np.abs(divided) > LARGEST)[0]
        raise TableError(f"{table.tree.leaves[code]} of {table.units[unit]} is too large when divided; check its unit")
    lost = np.isnan(divided) & ~np.isnan(result.values)
    for place, (code, name) in enumerate(zip(table.tree.leaves, table.denominators, strict=True)):
        result.tell(_units(result, lost[:, place]), f"{name} is missing or 0, so {code} is missing")
    _changed(result, "denominate", divided)


def _impute(result: Result, how: str, group: str) -> None:
    groups = result.table.groups(group)
    filled, result.imputed = impute(result.values, how, groups)
    result.tell(_units(result, groups == ""), f"no {group}, so nothing is filled in there")
    empty = np.isnan(filled).any(axis=1) & (groups != "")
    result.tell(_units(result, empty), "values stay missing, because nobody in the group has them")
    _changed(result, "impute", filled)


def _treat(result: Result, max_winsorise: int) -> None:
    treated, result.treatments = treat(result.values, max_winsorise)
    _changed(result, "treat", treated)


def _normalise(result: Result, how: str, scale: Sequence[float], ties: str) -> None:
    leaves = result.table.tree.leaves
    empty = np.isnan(result.values).all(axis=0)
    flat = without_scale(result.values) & ~empty
    said = "its score is missing" if how in ("minmax", "zscore") else "all units have the same score, or none"
    result.tell([leaves[i] for i in np.flatnonzero(empty)], "no value at all; its score is missing for every unit")
    result.tell([leaves[i] for i in np.flatnonzero(flat)], f"nothing to tell the units apart by; {said}")
    result.stages["directed"] = directed(result.values, result.table.direction)
    worst, best = scale
    result.stages["normalise"] = normalise(result.stages["directed"], how, (worst, best), ties)


def _aggregate(result: Result, how: str, min_share: float) -> None:
    tree = result.table.tree
    try:
        result.scores = aggregate(result.stages["normalise"], tree, how=how, min_share=min_share)
    except NotPositive as error:
        raise TableError(
            f"{error.code} of {result.table.units[error.unit]} is {error.score:g} after normalising, and a {how} mean "
            "needs scores above 0; use --normalise minmax --range 1 100, or --aggregate arithmetic"
        ) from None
    missing = np.isnan(result.scores[:, tree.indicators :])
    for place in range(tree.indicators, len(tree.codes)):
        without = _units(result, missing[:, place - tree.indicators])
        result.tell(without, f"no {tree.codes[place]}, because too few of its parts are there")


def _rank(result: Result, within: str) -> None:
    assert result.scores is not None
    result.ranks = rank(result.scores)
    if within in (UNIT, *result.table.tree.codes):
        raise TableError(f"{within} is no column of groups; name another one to rank within")
    if within:
        result.groups = result.table.groups(within)
        result.group_ranks = rank_within(result.scores, result.groups)
        result.tell(_units(result, result.groups == ""), f"no {within}, so no rank within it")


def _uncertainty(result: Result, replications: int, noise: float, seed: int) -> None:
    # Loaded only where it is asked for; it draws with the functions of this package.
    from indicators.uncertainty import table_uncertainty

    tree = result.table.tree
    tops = [code for code, parent in zip(tree.codes, tree.parents, strict=True) if parent < 0]
    if len(tops) > 1:
        raise TableError(f"{', '.join(tops)} have no Parent, and uncertainty needs one index; give the others a Parent")
    normalised, aggregated = result.arguments["normalise"], result.arguments["aggregate"]
    worst, best = normalised["scale"]
    if MEANS[aggregated["how"]].needs_positive and worst <= 0:
        raise TableError(
            f"a {aggregated['how']} mean needs scores above 0 in every replication, and these draw min-max whatever "
            "--normalise says; add --range 1 100"
        )
    try:
        result.uncertainty = table_uncertainty(
            result.stages["directed"],
            tree,
            how=aggregated["how"],
            range_=(worst, best),
            min_share=aggregated["min_share"],
            replications=replications,
            noise=noise,
            seed=seed,
        )
    except ValueError as error:
        raise TableError(str(error)) from None
    assert result.ranks is not None
    without = ~np.isnan(result.ranks[:, -1]) & np.isnan(result.uncertainty.nominal)
    result.tell(
        _units(result, without),
        "a rank but no interval: the replications' first scale is min-max, which has no score where nothing tells the "
        "units apart",
    )


VERBS: dict[str, Callable[..., None]] = {
    "denominate": _denominate,
    "impute": _impute,
    "treat": _treat,
    "normalise": _normalise,
    "aggregate": _aggregate,
    "rank": _rank,
    "uncertainty": _uncertainty,
}
"""In the order in which they are run."""


def _one_of(*names: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: isinstance(value, str) and value in names, f"one of {', '.join(names)}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_scale(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_number, value)) and value[0] < value[1]


RULES: dict[tuple[str, str], tuple[Callable[[Any], bool], str]] = {
    ("how", "impute"): _one_of(*CENTRES),
    ("group", "impute"): (lambda value: isinstance(value, str) and value != "", "a column (--group COL)"),
    ("max_winsorise", "treat"): (lambda value: _is_whole(value) and value >= 0, "a whole number of at least 0"),
    ("how", "normalise"): _one_of(*NORMALISING),
    ("scale", "normalise"): (_is_scale, "two numbers, the smaller first"),
    ("ties", "normalise"): _one_of(*TIES),
    ("how", "aggregate"): _one_of(*MEANS),
    ("min_share", "aggregate"): (lambda value: _is_number(value) and 0 <= value <= 1, "a number from 0 to 1"),
    ("within", "rank"): (lambda value: isinstance(value, str), "a column, or nothing"),
    ("replications", "uncertainty"): (lambda value: _is_whole(value) and value >= 1, "a whole number of at least 1"),
    ("noise", "uncertainty"): (lambda value: _is_number(value) and 0 <= value < 1, "a number from 0 to below 1"),
    ("seed", "uncertainty"): (lambda value: _is_whole(value) and value >= 0, "a whole number of at least 0"),
}
"""What each argument of each step may be, and the words for it."""


def _changed(result: Result, verb: str, values: np.ndarray) -> None:
    result.values = result.stages[verb] = values


def _units(result: Result, chosen: npt.ArrayLike) -> list[str]:
    return [result.table.units[i] for i in np.flatnonzero(np.asarray(chosen))]


def _listed(codes: Sequence[str], most: int = 5) -> str:
    more = f" and {len(codes) - most} more" if len(codes) > most else ""
    return ", ".join(codes[:most]) + more
