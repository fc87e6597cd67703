"""What other thresholds would have done to quarters that are published. Nothing is written.

Each publication is computed again from what it was made from, so that its evidence is the one it was judged on; the
working one from the data as they are now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy import Connection, RowMapping

from etl.form import load_form
from etl.registry import Base
from indicators import signals
from indicators.computed import Computed
from indicators.definition import load_definitions
from indicators.judging import evidence_of
from indicators.peers import PeerFunnel
from indicators.publish import SEED, WORKING
from indicators.recompute import made_from, publication_row
from indicators.sources import Sources, read_panel, read_sources
from indicators.verdicts.evidence import Evidence
from indicators.verdicts.settings import VerdictSettings
from indicators.verdicts.simulate import Simulation, simulate, together


@dataclass(frozen=True)
class Quarter:
    """A publication with all that its verdicts rest on."""

    period: str
    working: bool
    computed: Computed
    sources: Sources
    bases: list[Base]
    funnels: Mapping[str, PeerFunnel]
    seed: int
    evidence: Evidence
    """As it was judged."""

    @property
    def settings(self) -> VerdictSettings:
        """Those of the method that it was judged by."""
        return self.computed.definitions.method.verdicts

    def evidence_under(self, settings: VerdictSettings) -> Evidence:
        """Gathered again: some thresholds decide what is known, not only what is made of it."""
        if settings == self.settings:
            return self.evidence
        definitions = self.computed.definitions
        method = definitions.method.model_copy(update={"verdicts": settings})
        computed = replace(self.computed, definitions=replace(definitions, method=method))
        return _evidence(computed, self.sources, self.period, self.bases, self.funnels, self.seed)


def rejudge(quarters: Sequence[Quarter], settings: VerdictSettings) -> Simulation:
    """The quarters as they were judged, each by the method of then, and as these settings would judge them. With the
    settings of then, the counts are those of the published verdicts."""
    return together(
        simulate(
            {quarter.period: quarter.evidence},
            quarter.settings,
            settings,
            {quarter.period: quarter.evidence_under(settings)},
        )
        for quarter in quarters
    )


def read_quarters(connection: Connection, names: Sequence[str]) -> tuple[Quarter, ...]:
    """Of these publications, in their order. Takes seconds; what was read last is kept while nothing it rests on has
    changed. Raises NotKept when a catalogue of then cannot be loaded any more."""
    rows = [publication_row(connection, name) for name in names]
    now = read_sources(connection)
    return _kept.get(connection, rows, now)


class _Kept:
    """The quarters that were read last, in this process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.key: tuple | None = None
        self.quarters: tuple[Quarter, ...] = ()

    def get(self, connection: Connection, rows: Sequence[RowMapping], now: Sources) -> tuple[Quarter, ...]:
        key = (connection.engine.url, *_states(rows, now))
        with self.lock:  # whoever comes meanwhile waits for the same quarters
            if key != self.key:
                self.quarters, self.key = _read(connection, rows, now), key
            return self.quarters


_kept = _Kept()


def _states(rows: Sequence[RowMapping], now: Sources) -> list[tuple]:
    """What each publication was made from: of the working ones, the data and the method as they are now."""
    current = load_definitions()
    return [
        (row["publication"], now.until(row["period"]).hash, current.definitions_hash, current.method_hash)
        if row["vintage"] == WORKING
        else (row["publication"], row["data_state"], row["definitions_hash"], row["method_hash"])
        for row in rows
    ]


def _read(connection: Connection, rows: Sequence[RowMapping], now: Sources) -> tuple[Quarter, ...]:
    working = [row["period"] for row in rows if row["vintage"] == WORKING]
    shared = _computed_now(connection, now, max(working)) if working else None
    found = []
    for row in rows:
        if row["vintage"] == WORKING and shared is not None:
            found.append(_quarter(row, shared, now.until(row["period"])))
        else:
            made = made_from(connection, row["publication"])
            found.append(_quarter(row, made.computed, made.sources))
    return tuple(found)


def _computed_now(connection: Connection, now: Sources, last: str) -> Computed:
    """One panel for all working quarters, as they are computed."""
    form, sources = load_form(), now.until(last)
    return Computed.of(form, load_definitions(), sources.registry, read_panel(connection, form, sources, last))


def _quarter(row: RowMapping, computed: Computed, sources: Sources) -> Quarter:
    period = row["period"]
    at = computed.panel.periods.index(period)
    bases = computed.registry.bases(period)
    seed = SEED if row["seed"] is None else row["seed"]
    funnels = signals.against_peers(computed, at)
    evidence = _evidence(computed, sources, period, bases, funnels, seed)
    return Quarter(period, row["vintage"] == WORKING, computed, sources, bases, funnels, seed, evidence)


def _evidence(
    computed: Computed,
    sources: Sources,
    period: str,
    bases: list[Base],
    funnels: Mapping[str, PeerFunnel],
    seed: int,
) -> Evidence:
    at = computed.panel.periods.index(period)
    return evidence_of(computed, sources, at, bases, computed.columns(bases), funnels, seed)
