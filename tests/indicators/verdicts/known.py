"""Evidence made by hand: bases of one type about which nothing stands out, to be changed where a test looks."""

from dataclasses import replace

import numpy as np

from indicators.definition import load_definitions
from indicators.verdicts.confirm import Confirmed
from indicators.verdicts.decline import Changes
from indicators.verdicts.evidence import Absent, Evidence, Floors

DEFINITIONS = load_definitions()
SETTINGS = DEFINITIONS.method.verdicts
PILLARS = ("employment", "incubation", "financing")
FLOORS = ("EMP04", "EMP05", "EMP06", "INC02", "INC03", "INC04", "INC07", "FIN02", "FIN04", "FIN09")
CLOSURE = FLOORS.index("INC03")
COMPARED = ("EMP04", "INC02", "FIN02")
nan = np.nan


def ordinary(count: int = 10, quarter: int = 4, kind: str = "regional", **changed) -> Evidence:
    """`count` bases with a return in every quarter, an index of 50, no weak pillar, no floor missed, nothing moving."""
    floors = Floors(
        codes=FLOORS,
        alone=np.array([code != "INC03" for code in FLOORS]),
        upper=np.array([code == "INC03" for code in FLOORS]),
        value=np.full((len(FLOORS), 4, count), 20.0),
        limit=np.full((len(FLOORS), 4, count), 10.0),
        missed=np.zeros((len(FLOORS), 4, count), dtype=bool),
        confirmed=np.full((len(FLOORS), count), Confirmed.NOT_APPLICABLE, dtype=np.uint8),
        low=np.full((len(FLOORS), count), nan),
        high=np.full((len(FLOORS), count), nan),
    )
    changes = Changes(
        scores=np.zeros((3, count)),
        each=np.zeros((len(COMPARED), 3, count)),
        now=np.full((len(COMPARED), count), 20.0),
        before=np.full((len(COMPARED), count), 20.0),
    )
    known = Evidence(
        bases=tuple(f"B{i:02d}" for i in range(count)),
        types=np.array([kind] * count, dtype=object),
        quarter_of_year=quarter,
        absent=np.full((4, count), Absent.THERE, dtype=np.uint8),
        open_errors=np.zeros(count, dtype=bool),
        false_data=np.zeros(count, dtype=bool),
        index_code="index",
        index=np.full((4, count), 50.0),
        index_why=np.array([""] * count),
        pillars=PILLARS,
        pillar_scores=np.full((3, 4, count), 50.0),
        pillar_limits=np.full((3, 4, count), 30.0),
        year_scores=np.full((3, count), 50.0),
        year_limits=np.full((3, count), 30.0),
        floors=floors,
        compared=COMPARED,
        changes=changes,
        sure_top=np.full(count, nan),
        last_grade=(None,) * count,
    )
    return replace(known, **changed)


def poor(known: Evidence, at: int = 0) -> Evidence:
    """Makes one base poor in all three ways, just past each threshold, for the whole year."""
    known.index[:, at] = 24.9
    known.pillar_scores[:2, :, at] = 29.0
    known.year_scores[:2, at] = 29.0
    miss(known, 3, at)
    known.floors.confirmed[:3, at] = Confirmed.PEERS
    return known


def miss(known: Evidence, floors: int, at: int = 0, quarters: slice = slice(None)) -> Evidence:
    """The first `floors` floors are missed by one base."""
    known.floors.missed[:floors, quarters, at] = True
    known.floors.value[:floors, quarters, at] = 9.0
    return known
