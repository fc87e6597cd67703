"""An older warehouse is brought up to this version: all steps or none, in one transaction on either engine."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from etl import audit
from etl.warehouse import Unreachable, version_of, writing

FOLDER = Path(__file__).parent / "migrations"
FIRST = "0001"
"""The schema of 0.1.0, whose warehouses do not say so yet."""


def migrate(engine: Engine) -> tuple[str, ...]:
    """The steps taken, oldest first: none where the warehouse is at this version. Raises Unreachable, and changes nothing,
    where it cannot be brought up."""
    with writing(engine) as connection:
        found = version_of(connection)
        if found == "":
            raise Unreachable("the warehouse has no tables yet; run: python -m etl init")
        given = _given(connection)
        if found is None:
            _require_first(connection)
            command.stamp(given, FIRST)
            found = FIRST
        if found not in known():
            raise Unreachable(f"the warehouse was made by a later version ({found}); install that one")
        command.upgrade(given, "head")
        steps = known()[known().index(found) + 1 :]
        if steps:
            audit.note(connection, "warehouse.migrated", "warehouse", steps=", ".join(steps))
    return steps


def known() -> tuple[str, ...]:
    """The versions of the schema that there have been, oldest first."""
    steps = ScriptDirectory.from_config(_given(None)).walk_revisions()
    return tuple(step.revision for step in steps)[::-1]


def _given(connection: Connection | None) -> Config:
    given = Config(attributes={"connection": connection})
    given.set_main_option("script_location", str(FOLDER))
    return given


def _require_first(connection: Connection) -> None:
    """Raises Unreachable for the warehouse of a version before the first that was released."""
    if lacking := sorted(TABLES_OF_FIRST - set(inspect(connection).get_table_names())):
        raise Unreachable(
            f"the warehouse was made before 0.1.0 (it lacks {', '.join(lacking)}); name a new one with DATABASE_URL, "
            "run: python -m etl init, and load the files again"
        )


TABLES_OF_FIRST = {
    *("account", "approval", "attachment", "base", "base_history", "case_event", "catalogue", "certainty", "fact"),
    *("fact_history", "finding", "flag", "group_result", "period", "publication", "publication_source", "reason"),
    *("reopening", "result", "return_event", "return_version", "roster", "signal", "standing", "verdict", "workbook"),
}
