"""The tree that an index is aggregated over: indicators below, one or more tops above, any depth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np


class TreeError(ValueError):
    """The tree cannot be aggregated over; the message says where and what to do."""


@dataclass(frozen=True)
class Tree:
    """Indicators first, then aggregates, each after its children. Made by `grow`, which checks it."""

    codes: tuple[str, ...]
    parents: tuple[int, ...]
    """The place of each code's parent among the codes; −1 for a top."""
    weights: tuple[float, ...]
    """Each code's own weight within its parent, as it was given: not re-scaled."""
    indicators: int
    """How many of the codes, from the first, are indicators."""

    @cached_property
    def families(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """(aggregate, its children), in the order in which they can be aggregated."""
        places = range(len(self.codes))
        return tuple(
            (parent, tuple(child for child in places if self.parents[child] == parent))
            for parent in places[self.indicators :]
        )

    @property
    def leaves(self) -> tuple[str, ...]:
        return self.codes[: self.indicators]


@dataclass(frozen=True)
class Entry:
    """One line of the table that describes a tree. `parent` is "" for a top."""

    code: str
    parent: str
    weight: float
    is_indicator: bool


def grow(entries: Sequence[Entry]) -> Tree:
    """The tree of those entries, in their order where it is free. Raises TreeError for a code that is there twice, an
    unknown parent, an indicator as a parent, a cycle, an aggregate without children, a weight that is negative or no
    number, and a parent all of whose children weigh 0."""
    by_code = _by_code(entries)
    _check_parents(entries, by_code)
    ordered = [entry for entry in entries if entry.is_indicator] + list(_upward(entries, by_code))
    place = {entry.code: i for i, entry in enumerate(ordered)}
    tree = Tree(
        tuple(place),
        tuple(place[entry.parent] if entry.parent else -1 for entry in ordered),
        tuple(entry.weight for entry in ordered),
        sum(entry.is_indicator for entry in entries),
    )
    _check_weights(tree)
    return tree


def _by_code(entries: Sequence[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.code in found:
            raise TreeError(f"{entry.code} is there twice; give each indicator and aggregate a code of its own")
        found[entry.code] = entry
    if not any(entry.is_indicator for entry in entries):
        raise TreeError("there is no indicator; at least one line must be of the type Indicator")
    return found


def _check_parents(entries: Sequence[Entry], by_code: dict[str, Entry]) -> None:
    for entry in entries:
        if not entry.parent:
            continue
        if entry.parent not in by_code:
            raise TreeError(f"{entry.code} has the parent {entry.parent}, which is not in the table; add or correct it")
        if by_code[entry.parent].is_indicator:
            raise TreeError(f"{entry.code} has the parent {entry.parent}, which is an indicator; name an aggregate")


def _upward(entries: Sequence[Entry], by_code: dict[str, Entry]) -> Iterator[Entry]:
    """The aggregates, each after its children."""
    waiting = [entry for entry in entries if not entry.is_indicator]
    while waiting:
        open_parents = {entry.parent for entry in waiting}
        ready = [entry for entry in waiting if entry.code not in open_parents]
        if not ready:
            names = ", ".join(sorted(entry.code for entry in waiting))
            raise TreeError(f"the parents of {names} go in a circle; one of them must have no parent")
        yield from ready
        waiting = [entry for entry in waiting if entry.code in open_parents]


def _check_weights(tree: Tree) -> None:
    for code, weight in zip(tree.codes, tree.weights, strict=True):
        if not (np.isfinite(weight) and weight >= 0):
            raise TreeError(f"{code} has the weight {weight:g}; a weight is a number of at least 0")
    for parent, children in tree.families:
        if not children:
            raise TreeError(f"{tree.codes[parent]} has no children; remove it, or give it some")
        if not any(tree.weights[child] for child in children):
            names = ", ".join(tree.codes[child] for child in children)
            raise TreeError(f"the weights below {tree.codes[parent]} are all 0 ({names}); give one of them a weight")
