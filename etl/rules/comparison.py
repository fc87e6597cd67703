"""What a figure is compared with: the base's own earlier quarters and the other bases of its type."""

import numpy as np

from etl import formula
from etl.evaluation import Evaluator
from etl.rules.context import Context

FEWEST_PEERS = 8
"""With fewer values than this a median and a spread say little about a type of base."""
NORMAL_MAD, NORMAL_MEAN_DEVIATION = 1.4826, 1.253314
"""What turns a median absolute, or a mean absolute, deviation into a standard deviation of normal data."""


def history(context: Context, measures: list[str]) -> np.ndarray:
    """The base's values [quarter, measure], those of the return itself last; NaN for blank."""
    return context.panel.values[:, [context.panel.rows[code] for code in measures], context.position]


def positive_logs(values: np.ndarray) -> np.ndarray:
    """log10; NaN where a value is blank or not above 0, so that no ratio can be taken."""
    return np.log10(np.where(values > 0, values, np.nan))


def of_peers(context: Context, expression: str) -> np.ndarray:
    """A measure or formula of each other base of the type, in the latest quarter known of them; NaN for missing."""
    if context.peers is None:
        return np.empty(0)
    evaluate = context.evaluate_peers or Evaluator(context.peers)
    values = evaluate(formula.parse(expression)).values[-1]
    return values[_others(context)]


def of_peers_by_measure(context: Context, measures: list[str]) -> np.ndarray:
    """Values [measure, other base of the type]; NaN for blank."""
    if context.peers is None:
        return np.empty((len(measures), 0))
    return context.peers.values[-1, [context.peers.rows[code] for code in measures]][:, _others(context)]


def _others(context: Context) -> np.ndarray:
    assert context.peers is not None
    others, bases = np.ones(len(context.peers.bases), dtype=bool), context.peers.bases
    if context.base.code in bases:
        others[bases.index(context.base.code)] = False
    return others


def spread(values: np.ndarray) -> float:
    """A robust standard deviation: from the median absolute deviation, or where most values are the same from the
    mean one; 0 where all are the same. Values without NaN, at least one."""
    deviations = np.abs(values - np.median(values))
    return float(NORMAL_MAD * np.median(deviations) or NORMAL_MEAN_DEVIATION * np.mean(deviations))


def robust_z(value: float, peers: np.ndarray) -> float | None:
    """How many robust standard deviations a value lies from the peers' median (Iglewicz and Hoaglin 1993, whose
    0.6745 is 1 / 1.4826). None where fewer than FEWEST_PEERS are known or all are the same."""
    known = peers[~np.isnan(peers)]
    if len(known) < FEWEST_PEERS or not (unit := spread(known)):
        return None
    return float((value - np.median(known)) / unit)
