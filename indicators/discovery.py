"""Many bases, many indicators: how many of the flags are false (Benjamini & Hochberg 1995)."""

import numpy as np


def false_discovery(p: np.ndarray) -> np.ndarray:
    """q values of p values of any shape, all judged together; NaN where p is.

    Flagging every q ≤ 5 % keeps the false ones at 5 % of the flags on average, for p values that are independent or
    positively dependent. q is the smallest rate at which a value would be flagged.
    """
    flat = np.asarray(p, dtype=float).ravel()
    present = np.flatnonzero(~np.isnan(flat))
    order = present[np.argsort(flat[present], kind="stable")]
    scaled = flat[order] * (present.size / np.arange(1, present.size + 1))
    found = np.full(flat.shape, np.nan)
    found[order] = np.minimum.accumulate(np.minimum(scaled, 1.0)[::-1])[::-1]
    return found.reshape(np.shape(p))
