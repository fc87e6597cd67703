"""Times as ratios: what both sides of a comparison cost in the same run on the same machine."""

import time
from collections.abc import Callable

Row = tuple[str, str, str, str, bool]
"""What, measured, target, in words, met."""


Clock = Callable[[], float]


def seconds(run: Callable[[], object], repeats: int = 5, clock: Clock = time.perf_counter) -> float:
    """The shortest of several runs: what the work costs when nothing else disturbs it."""
    times = []
    for _ in range(repeats):
        start = clock()
        run()
        times.append(clock() - start)
    return min(times)


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 12, clock: Clock = time.perf_counter
) -> tuple[float, float]:
    """The shortest run of each, taken in turn, so that a busy moment of the machine falls on both. Where one side takes
    many times as long as the other, only that one is interrupted: compare processor time (`time.process_time`)."""
    pairs = [(seconds(ours, 1, clock), seconds(theirs, 1, clock)) for _ in range(rounds)]
    return min(mine for mine, _ in pairs), min(other for _, other in pairs)


def ratio_row(name: str, ours: float, theirs: float, target: float, beside: str) -> Row:
    ratio = theirs / ours
    words = f"{ours * 1000:,.0f} ms beside {theirs * 1000:,.0f} ms, {beside}"
    return name, f"{ratio:.1f} × as fast", f"≥ {target:g} ×", words, ratio >= target
