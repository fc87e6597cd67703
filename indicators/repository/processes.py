"""One base's own series of an indicator as a process chart: is the newest value more than its usual ups and downs?"""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from etl import periods, schema
from etl.form import load_form
from indicators.histories import history_of, step_of
from indicators.repository.made_with import definitions_of
from indicators.repository.members import named
from indicators.repository.publications import Publication, publications, window
from indicators.scope import Scope
from indicators.xmr import CAUSES, JUDGEMENTS


@dataclass(frozen=True)
class ProcessPoint:
    """`cause`: of xmr.CAUSES; `judgement`: of xmr.JUDGEMENTS."""

    period: str
    value: float | None
    cause: str
    judgement: str


@dataclass(frozen=True)
class Process:
    """`step`: quarters from point to point. `limits`: lower, mean and upper, None where nothing is judged, because the
    newest value is missing or there are fewer than `least` points. `provisional`: limits from few points."""

    points: tuple[ProcessPoint, ...]
    step: int
    least: int
    provisional: bool
    limits: tuple[float, float, float] | None

    @property
    def there(self) -> int:
        """How many points have a value."""
        return sum(point.value is not None for point in self.points)

    @property
    def last(self) -> ProcessPoint:
        return self.points[-1]


def process(connection: Connection, scope: Scope, publication: Publication, base: str, code: str) -> Process | None:
    """From the values that each quarter's publication shows, up to this one's; None for an indicator without a
    direction, which is not judged. Raises NotAllowed, UnknownBase as `profile` does."""
    named(connection, scope, publication, base)
    definitions, form = definitions_of(connection, scope, publication), load_form()
    indicator = definitions.indicators[code]
    if not indicator.scored:
        return None
    axis, values = _series(connection, scope, publication, base, code)
    found = history_of(indicator, values[:, None], definitions, form, len(axis) - 1)
    chart, judged = found.charts, bool(found.judged[0])
    points = tuple(
        ProcessPoint(
            axis[place],
            None if np.isnan(chart.value[0, at]) else float(chart.value[0, at]),
            CAUSES[chart.cause[0, at]] if judged else CAUSES[0],
            JUDGEMENTS[chart.judgement[0, at]] if judged else JUDGEMENTS[0],
        )
        for at, place in enumerate(found.quarters.tolist())
    )
    lower, mean, upper = (float(line[0, -1]) for line in (chart.lower, chart.mean, chart.upper))
    return Process(
        points,
        step_of(indicator, form),
        definitions.method.signals.history.least_points,
        bool(found.provisional[0]),
        (lower, mean, upper) if judged else None,
    )


def _series(
    connection: Connection, scope: Scope, publication: Publication, base: str, code: str
) -> tuple[tuple[str, ...], np.ndarray]:
    """(quarters, values with NaN where there is none), from the first quarter that is published."""
    known = publications(connection, scope)
    first = min(publication.period, *(one.period for one in known)) if known else publication.period
    axis = periods.span(first, publication.period)
    shown = {one.code: one.period for one in window(connection, scope, publication, len(axis))}
    result = schema.result.c
    rows = connection.execute(
        select(result.publication, result.value).where(
            result.publication.in_(list(shown)), result.code == code, result.base == base
        )
    )
    found = {shown[name]: value for name, value in rows if value is not None}
    return axis, np.array([found.get(period, np.nan) for period in axis])
