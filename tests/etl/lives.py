"""A return walked through its life in a test: who acts, and what stands in the warehouse afterwards."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from etl import events, returns, schema, versions
from etl.events import BASE, NATION, PROVINCE, Actor
from etl.form import load_form
from etl.registry import Registry
from etl.warehouse import reading, writing
from tests.builders import facts_of, kept, load

REPORTER, COORDINATOR, EVALUATOR = Actor("rep", BASE), Actor("cora", PROVINCE), Actor("eva", NATION)
WHO = {
    returns.SUBMIT: REPORTER,
    returns.TAKE_BACK: REPORTER,
    returns.ACCEPT: COORDINATOR,
    returns.FINALISE: EVALUATOR,
    returns.SEND_BACK: COORDINATOR,
}


@dataclass
class Life:
    """One base's quarter in a warehouse."""

    engine: Any
    base: str = "R1"
    period: str = "2025Q1"
    form: Any = field(default_factory=load_form)
    content: Any = None
    """Reads kept files (default: as they are)."""

    def send(self, path, received: date | None = None) -> list:
        """The file is taken in as the base's own, not handed in; what was found."""
        told = {"received_on": received} if received else {}
        (report,) = load(self.engine, path, accept=False, **told)
        return report.returns[0].findings

    def take(self, *steps: str, by: Actor | None = None, reason: str = "", day: date | None = None):
        """Takes steps with the newest version; the version afterwards."""
        for step in steps:
            with writing(self.engine) as connection:
                registry = Registry(connection)
                newest = returns.newest(connection, self.base, self.period)
                actor = by or WHO[step]
                told = (newest, actor, reason, self.content or kept(connection), day)
                newest = returns.take(connection, self.form, registry, step, *told)
        return newest

    def answer_all(self, text: str = "As in the books.") -> int:
        """Answers every open query of the newest version."""
        with writing(self.engine) as connection:
            newest = returns.newest(connection, self.base, self.period)
            waiting = returns.open_queries(versions.findings(connection, newest))
            return returns.answer(connection, newest, dict.fromkeys(waiting, text), REPORTER)

    @property
    def newest(self):
        with reading(self.engine) as connection:
            return returns.newest(connection, self.base, self.period)

    @property
    def state(self) -> str:
        return self.newest.state

    @property
    def facts(self) -> dict[str, float]:
        return facts_of(self.engine, self.base, self.period)

    @property
    def in_force(self) -> list[int]:
        with reading(self.engine) as connection:
            known = versions.versions(connection, self.base, self.period)
            return [version.version for version in known if version.in_force]

    @property
    def happened(self) -> list[tuple[str, str]]:
        with reading(self.engine) as connection:
            return [(event.event, event.by) for event in events.events(connection, self.base, self.period)]

    def rows(self, table) -> list:
        with reading(self.engine) as connection:
            mine = (table.c.base == self.base, table.c.period == self.period)
            return list(connection.execute(select(table).where(*mine)).mappings())

    @property
    def firms(self) -> set[str]:
        return {row["firm"] for row in self.rows(schema.roster)}
