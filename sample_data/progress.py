"""Which returns of the last quarter are still on their way, so that a demonstration has something to send and to review.

The first base of the largest province has not sent its return: a demo's reporter reports for it (dashboard/demo.py).
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from sample_data.programme import Member

UNSENT, IN_REVIEW, WITH_NATION = "unsent", "in_review", "with_nation"
"""Filled, but not sent · handed in, with the province · accepted by the province, with the nation. Also folders."""
NEIGHBOURS_IN_REVIEW = 3
"""In the largest province."""
SHARES = {UNSENT: 0.02, IN_REVIEW: 0.03, WITH_NATION: 0.03}
"""Of the bases elsewhere."""


def plan(members: Sequence[Member], rng: np.random.Generator) -> dict[str, str]:
    """Base → how far its last return got, for those whose return is not final."""
    counts = Counter(member.base.province for member in members)
    largest = max(sorted(counts), key=counts.__getitem__)
    own, *others = sorted(member.base.code for member in members if member.base.province == largest)
    found = {own: UNSENT} | dict.fromkeys(others[:NEIGHBOURS_IN_REVIEW], IN_REVIEW)
    elsewhere = [member.base.code for member in members if member.base.province != largest]
    mixed = [elsewhere[i] for i in rng.permutation(len(elsewhere))]
    for kind, share in SHARES.items():
        count = round(share * len(elsewhere))
        found |= dict.fromkeys(mixed[:count], kind)
        mixed = mixed[count:]
    return found
