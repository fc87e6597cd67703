"""Writes a quarter's results to the warehouse as one publication, in one transaction.

`working` is the quarter's one current computation and is replaced. The other vintages are immutable: rows are added
under a new number, and nothing here or elsewhere changes or removes them.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select

from etl import audit, schema, versions
from etl.clock import now, today
from etl.form import load_form
from etl.warehouse import insert, reading, writing
from indicators import catalogue, content
from indicators.computed import Computed
from indicators.definition import Definitions, load_definitions
from indicators.results import tables
from indicators.sources import FINAL, IN_REVIEW, REVISED, SETTLED, Sources, read_panel, read_sources

WORKING, PROVISIONAL = "working", "provisional"
VINTAGES = (WORKING, PROVISIONAL, *SETTLED)
"""From the least to the most settled."""
SEED = 1
"""From which random numbers are drawn, unless told otherwise."""
_FEW = 5


class Refused(ValueError):
    """A publication that cannot be made, or signed; the message says why and what to do."""


@dataclass(frozen=True)
class Published:
    name: str
    content: str
    """sha256 of its content."""
    same_as: str | None
    """The newest earlier publication with the same content."""


def publication_name(period: str, vintage: str, number: int) -> str:
    return f"{period}-{vintage}-{number}"


# The working publication


def write_working(connection: Connection, computed: Computed, period: str, sources: Sources | None = None) -> str:
    """Replaces the quarter's working publication. `sources`: the state of the data, where it is known. Returns its
    name."""
    sources = (sources or read_sources(connection)).until(period)
    name = publication_name(period, WORKING, 1)
    for table in (*content.TABLES, schema.publication):
        connection.execute(delete(table).where(table.c.publication == name))
    row = _publication(period, WORKING, 1, computed.definitions, sources, SEED)
    _add(connection, row, tables(computed, sources, period, SEED))
    return name


def is_current(connection: Connection, definitions: Definitions, period: str, sources: Sources | None = None) -> bool:
    """Whether the quarter's working publication was made from the data, definitions and method as they are now."""
    publication = schema.publication.c
    made = connection.execute(
        select(publication.definitions_hash, publication.method_hash, publication.data_state).where(
            publication.publication == publication_name(period, WORKING, 1)
        )
    ).first()
    if made is None or tuple(made)[:2] != (definitions.definitions_hash, definitions.method_hash):
        return False
    return made.data_state == (sources or read_sources(connection)).until(period).hash


# The others


def publish(engine: Engine, period: str, vintage: str, by: str, seed: int = SEED) -> Published:
    """Publishes a quarter's results from the data as they are now. Raises Refused, and then nothing is written."""
    form, definitions = load_form(), load_definitions()
    with reading(engine) as connection:
        sources = read_sources(connection).until(period)
        _check(connection, sources, period, vintage)
        panel = read_panel(connection, form, sources, period)
    rows = tables(Computed.of(form, definitions, sources.registry, panel), sources, period, seed)
    with writing(engine) as connection:
        if read_sources(connection).until(period) != sources:
            raise Refused("returns were accepted or withdrawn meanwhile; publish again")
        number = _next_number(connection, period, vintage)
        row = _publication(period, vintage, number, definitions, sources, seed)
        row |= {"by": by, "content": content.digest(content.serialise(row, rows))}
        same = _same_content(connection, period, row["content"])
        catalogue.keep(connection, catalogue.texts(definitions) | {sources.hash: sources.text})
        _add(connection, row, rows)
        used = ({"publication": row["publication"], **vars(source)} for source in sources.returns)
        insert(connection, schema.publication_source, used)
        audit.note(
            connection, "publication.published", "publication", row["publication"], by=by, content=row["content"]
        )
    return Published(row["publication"], row["content"], same)


def approve(connection: Connection, name: str, by: str, reason: str) -> None:
    """An approver's signature under a final or revised publication; it stays. Four eyes: nobody signs what they
    published. Raises Refused."""
    publication, approval = schema.publication.c, schema.approval
    found = connection.execute(
        select(publication.vintage, publication.by).where(publication.publication == name)
    ).first()
    if found is None:
        raise Refused(f"there is no publication {name}; list them with: python -m indicators publications")
    if found.vintage not in SETTLED:
        raise Refused(f"{name} is {found.vintage}; only final and revised publications are signed")
    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        raise Refused("a signature needs a name and a reason: --by NAME --reason TEXT")
    if by == found.by:
        raise Refused(f"{by} published {name}, so somebody else has to sign it")
    signed = connection.execute(select(approval.c.by).where(approval.c.publication == name)).scalars().all()
    if by in signed:
        raise Refused(f"{by} has signed {name} already; nothing more is needed")
    row = {"publication": name, "number": len(signed) + 1, "by": by, "at": now(), "reason": reason}
    insert(connection, approval, [row])
    audit.note(connection, "publication.signed", "approval", name, row["number"], by=by, reason=reason)


def _check(connection: Connection, sources: Sources, period: str, vintage: str) -> None:
    """Raises Refused where that vintage of the quarter may not be published now."""
    if vintage not in VINTAGES[1:]:
        raise Refused(f"--vintage is {', '.join(VINTAGES[1:])}, not {vintage!r}")
    if period not in {quarter.period for quarter in sources.quarters}:
        raise Refused(f"the quarter {period} was never opened; open it with: python -m etl periods --open {period}")
    if not any(source.period == period for source in sources.returns):
        raise Refused(f"no return of {period} is accepted yet; load some with: python -m etl load --accept FILES")
    is_final = _next_number(connection, period, FINAL) > 1
    if is_final and vintage != REVISED:
        raise Refused(f"{period} has its final publication already; publish what changed with --vintage {REVISED}")
    if not is_final and vintage == REVISED:
        raise Refused(f"{period} has no final publication to revise; publish one with --vintage {FINAL}")
    if vintage in SETTLED:
        _check_settled(connection, sources, period)


def _check_settled(connection: Connection, sources: Sources, period: str) -> None:
    """A final publication rests on returns that nation and province have decided on, of a quarter that is over."""
    table = schema.period.c
    quarter = connection.execute(select(table.due, table.locked).where(table.period == period)).one()
    if not quarter.locked and today() <= quarter.due:
        raise Refused(
            f"returns of {period} may come in until {quarter.due}; wait until then, or lock the quarter with: "
            f"python -m etl periods --lock {period}"
        )
    waiting = [absent.base for absent in sources.absent if (absent.period, absent.state) == (period, IN_REVIEW)]
    if waiting:
        raise Refused(
            f"{_first(waiting)} of {period} {_is(waiting)} not decided on by the province; decide on the page of "
            f"the return, or accept with: python -m etl review --period {period} --accept"
        )
    version = schema.return_version.c
    rows = connection.execute(
        select(version.period, version.base).where(
            version.in_force, version.state != versions.FINAL, version.period <= period
        )
    )
    open_ = [f"{base} {quarter}" for quarter, base in sorted(map(tuple, rows), key=lambda row: (row[0] != period, row))]
    if open_:
        raise Refused(
            f"{_first(open_)} {_is(open_)} not accepted by the nation; decide on the page of the return, or accept "
            f"with: python -m etl review --period {open_[0].split()[1]} --finalise"
        )


def _first(names: list[str]) -> str:
    """How many, and the first few: "7 returns (B001, B002 …)"."""
    more = " …" if len(names) > _FEW else ""
    return f"{len(names)} return{'s' * (len(names) != 1)} ({', '.join(names[:_FEW])}{more})"


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _next_number(connection: Connection, period: str, vintage: str) -> int:
    publication = schema.publication.c
    last = select(func.max(publication.number)).where(publication.period == period, publication.vintage == vintage)
    return (connection.execute(last).scalar() or 0) + 1


def _same_content(connection: Connection, period: str, digest: str) -> str | None:
    publication = schema.publication.c
    query = select(publication.publication).where(publication.period == period, publication.content == digest)
    return connection.execute(query.order_by(publication.created_at.desc())).scalar()


def _publication(
    period: str, vintage: str, number: int, definitions: Definitions, sources: Sources, seed: int
) -> dict[str, Any]:
    return {
        "publication": publication_name(period, vintage, number),
        "period": period,
        "vintage": vintage,
        "number": number,
        "method_hash": definitions.method_hash,
        "definitions_hash": definitions.definitions_hash,
        "data_state": sources.hash,
        "seed": seed,
        "content": None,
        "by": None,
        "created_at": now(),
    }


def _add(connection: Connection, row: dict, rows: content.Tables) -> None:
    insert(connection, schema.publication, [row])
    for table, found in rows.items():
        insert(connection, table, ({"publication": row["publication"], **line} for line in found))
