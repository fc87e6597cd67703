"""Times as ratios: what both sides of a comparison cost in the same run on the same machine."""

import time
from collections.abc import Callable

Row = tuple[str, str, str, str, bool]
"""What, measured, target, in words, met."""


def seconds(run: Callable[[], object], repeats: int = 5) -> float:
    """The shortest of several runs: what the work costs when nothing else disturbs it."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 12) -> tuple[float, float]:
    """The shortest run of each, taken in turn, so that a busy moment of the machine falls on both."""
    pairs = [(seconds(ours, 1), seconds(theirs, 1)) for _ in range(rounds)]
    return min(mine for mine, _ in pairs), min(other for _, other in pairs)


def ratio_row(name: str, ours: float, theirs: float, target: float, beside: str) -> Row:
    ratio = theirs / ours
    words = f"{ours * 1000:,.0f} ms beside {theirs * 1000:,.0f} ms, {beside}"
    return name, f"{ratio:.1f} × as fast", f"≥ {target:g} ×", words, ratio >= target
