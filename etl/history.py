"""What is known of bases from earlier quarters: their latest error-free returns, and the accepted facts of peers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select, tuple_

from etl import periods, schema
from etl.evaluation import Evaluator
from etl.form import Form
from etl.panel import Panel
from etl.registry import Registry
from etl.versions import DRAFT, RETURNED

Key = tuple[str, str]
"""(base, period)."""
Figures = dict[str, float]


class History:
    """Earlier returns as a check needs them. Reads the warehouse once for each base and quarter and remembers;
    `learn` tells it what was loaded since."""

    def __init__(self, connection: Connection, form: Form, registry: Registry):
        self.connection, self.form, self.registry = connection, form, registry
        self._figures: dict[Key, Figures | None] = {}
        self._accepted: dict[Key, Figures | None] = {}
        self._peers: dict[tuple[str, str], Panel] = {}
        self._evaluators: dict[tuple[str, str], Evaluator] = {}
        self._national: dict[str, Figures] = {}

    def learn(self, base: str, period: str, figures: Mapping[str, float]) -> None:
        """An error-free return has been taken in; later quarters are checked against it."""
        self._figures[base, period] = dict(figures)

    def learn_accepted(self, base: str, period: str, figures: Mapping[str, float]) -> None:
        """A return has become facts: peers are compared with it."""
        self._accepted[base, period] = dict(figures)
        self._national.pop(period, None)
        for (kind, quarter), panel in self._peers.items():
            if quarter == period and base in panel.bases:
                self._evaluators.pop((kind, period), None)
                panel.put(0, panel.bases.index(base), figures)

    def figures(self, keys: Iterable[Key]) -> dict[Key, Figures]:
        """The figures of the latest error-free version, for those of the keys that have one."""
        keys = list(keys)
        self._fetch([key for key in keys if key not in self._figures])
        return {key: known for key in keys if (known := self._figures[key]) is not None}

    def _fetch(self, keys: list[Key]) -> None:
        version = schema.return_version.c
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            self._figures.update(dict.fromkeys(part))
            self._accepted.update(dict.fromkeys(part))
            rows = self.connection.execute(
                select(version.base, version.period, version.state, version.in_force, version.figures)
                .where(tuple_(version.base, version.period).in_(part), version.state != DRAFT)
                .order_by(version.base, version.period, version.version)
            )
            rows = rows.all()
            in_force = {(row.base, row.period) for row in rows if row.in_force}
            for row in rows:
                if row.state == RETURNED and (row.base, row.period) in in_force:
                    continue  # a revision that was refused
                figures = _values(row.figures)
                self._figures[row.base, row.period] = figures
                if row.in_force:
                    self._accepted[row.base, row.period] = figures

    def accepted(self, base: str, period: str) -> Figures | None:
        """The base's accepted values of that quarter; None when nothing was accepted."""
        if (base, period) not in self._accepted:
            self._fetch([(base, period)])
        return self._accepted[base, period]

    def named_by(self, firms: list[str], period: str) -> dict[str, set[str]]:
        """For each of the firms that accepted rosters of the quarter name: their bases."""
        roster, found = schema.roster.c, defaultdict(set)
        for start in range(0, len(firms), 500):
            part = firms[start : start + 500]
            rows = self.connection.execute(
                select(roster.firm, roster.base).where(roster.period == period, roster.firm.in_(part))
            )
            for firm, base in rows.all():
                found[firm].add(base)
        return dict(found)

    def last_roster(self, base: str, before: str) -> tuple[str, list[dict[str, Any]]]:
        """The latest quarter before that one of which the base's roster was accepted, and its rows as the file had them
        (days as ISO texts); ("", []) when there is none."""
        roster = schema.roster.c
        newest = select(func.max(roster.period)).where(roster.base == base, roster.period < before).scalar_subquery()
        rows = self.connection.execute(
            select(roster.period, roster.details)
            .where(roster.base == base, roster.period == newest)
            .order_by(roster.row)
        ).all()
        return (rows[0].period, [row.details for row in rows]) if rows else ("", [])

    def financed_this_year(self, bases: list[str], period: str) -> dict[str, list[set[str]]]:
        """For each base the firms with any finance in each earlier accepted roster of the year; nothing for a base of
        which a roster is missing."""
        roster, earlier = schema.roster.c, periods.span(f"{period[:4]}Q1", periods.shift(period, -1))
        if not earlier:
            return {base: [] for base in bases}
        mine = (roster.period.in_(earlier), roster.base.in_(bases))
        found: dict[str, dict[str, set[str]]] = defaultdict(dict)
        there = select(roster.base, roster.period).where(*mine).group_by(roster.period, roster.base)
        for base, quarter in self.connection.execute(there).all():
            found[base][quarter] = set()
        financed = select(roster.base, roster.period, roster.firm).where(*mine, roster.financed)
        for base, quarter, firm in self.connection.execute(financed).all():
            found[base][quarter].add(firm)
        return {base: list(rosters.values()) for base, rosters in found.items() if len(rosters) == len(earlier)}

    def peers(self, base_type: str, period: str) -> Panel | None:
        """The accepted values of that quarter of every base of the type; None when there are none."""
        if (base_type, period) not in self._peers:
            self._read_peers(period)
        panel = self._peers[base_type, period]
        return panel if panel.returned.any() else None

    def evaluate_peers(self, base_type: str, period: str) -> Evaluator | None:
        """Computes formulas on the peers; what was computed for one base is kept for the next."""
        peers = self.peers(base_type, period)
        if peers is None:
            return None
        return self._evaluators.setdefault((base_type, period), Evaluator(peers))

    def national(self, period: str) -> Figures:
        """The sum over all bases of what was accepted for that quarter, by measure; nothing where nothing was."""
        if period not in self._national:
            panels = [self.peers(kind, period) for kind in self.form.types]
            sums = [np.nansum(panel.values[0], axis=1) for panel in panels if panel]
            totals = np.sum(sums, axis=0).tolist() if sums else []
            self._national[period] = dict(zip(self.form.measures, totals, strict=False))
        return self._national[period]

    def _read_peers(self, period: str) -> None:
        """The quarter's accepted figures, by type."""
        version = schema.return_version.c
        rows = self.connection.execute(
            select(version.base, version.figures)
            .where(version.period == period, version.in_force)
            .order_by(version.base, version.version)
        )
        figures = {row.base: _values(row.figures) for row in rows}
        for base_type in self.form.types:
            bases = [base.code for base in self.registry.bases(period) if base.type == base_type]
            panel = blank_panel(self.form, (period,), bases, {period: dict.fromkeys(bases, base_type)})
            for column, base in enumerate(bases):
                if base in figures:
                    place(panel, 0, column, figures[base])
            panel.refresh()
            self._peers[base_type, period] = panel

    def panel(self, bases: list[str], quarters: tuple[str, ...]) -> Panel:
        """The latest error-free returns of some bases over some quarters."""
        types = {
            period: {b: known.type for b in bases if (known := self.registry.base(b, period))} for period in quarters
        }
        panel = blank_panel(self.form, quarters, bases, types)
        quarter = {period: i for i, period in enumerate(quarters)}
        column = {base: i for i, base in enumerate(bases)}
        for (base, period), figures in self.figures([(b, p) for b in bases for p in quarters]).items():
            place(panel, quarter[period], column[base], figures)
        panel.refresh()
        return panel


def blank_panel(form: Form, quarters: tuple[str, ...], bases: list[str], types: dict[str, dict[str, str]]) -> Panel:
    """A panel without returns; `types[period][base]` is missing for a base that was not in the programme."""
    names = list(form.types)
    number = {name: i for i, name in enumerate(names)}
    kinds = np.array(
        [[number.get(types[period].get(base, ""), -1) for base in bases] for period in quarters], dtype=np.int16
    ).reshape(len(quarters), len(bases))
    return Panel.empty(quarters, list(form.measures), bases, kinds, asked(form))


def asked(form: Form) -> np.ndarray:
    """asked[measure, type]: what the form asks of whom, both in the order of the catalogue."""
    return np.array([[name in measure.base_types for name in form.types] for measure in form.measures.values()])


def place(panel: Panel, quarter: int, column: int, figures: Mapping[str, float]) -> None:
    """Writes one return's figures into the panel; `refresh` it when all are in."""
    for code, value in figures.items():
        if code in panel.rows:
            panel.values[quarter, panel.rows[code], column] = value
    panel.returned[quarter, column] = True


def _values(figures: dict[str, list]) -> Figures:
    """A version's figures without their places and blanks."""
    return {code: place[0] for code, place in figures.items() if place[0] is not None}
