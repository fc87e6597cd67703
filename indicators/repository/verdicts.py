"""The verdict on each base and how sure its ranks are, for the bases that a scope may see."""

import json
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, select

from etl import schema
from indicators import said_verdicts
from indicators.definition import Definitions
from indicators.repository.made_with import definitions_of
from indicators.repository.members import members
from indicators.repository.publications import Publication
from indicators.scope import Scope
from indicators.verdicts.reasons import Reason


@dataclass(frozen=True)
class Verdict:
    """What may be said of a base, by the publication's vintage (indicators.said_verdicts). `final`: the grade is that of a
    whole year, else it is the grade so far. Reasons are put into words by indicators.verdicts.words, with the names and
    units of `definitions`: those of the publication."""

    lamp: str
    grade: str | None
    final: bool
    proposal: str | None
    trend: str
    reasons: tuple[Reason, ...]
    definitions: Definitions = field(compare=False, repr=False)


@dataclass(frozen=True)
class Certainty:
    """Of the replications: between which ranks 90 % lie, and the shares in which the base has one of the first or last
    tenth or the first fifth of the places, or a rank at all."""

    low: float
    high: float
    mean: float
    median: float
    top_tenth: float
    top_fifth: float
    bottom_tenth: float
    ranked: float


def verdicts(connection: Connection, scope: Scope, publication: Publication) -> dict[str, Verdict]:
    """By base. Empty for a publication that was made before verdicts were given."""
    table, listed = schema.verdict, members(connection, scope, publication)
    definitions = definitions_of(connection, scope, publication)
    rows = connection.execute(select(table).where(table.c.publication == publication.code).order_by(table.c.base))
    return {row.base: _said(row, publication.vintage, definitions) for row in rows if row.base in listed}


def certainties(connection: Connection, scope: Scope, publication: Publication, code: str) -> dict[str, Certainty]:
    """By base, of a pillar or the index. Bases without a rank are left out."""
    table, listed = schema.certainty.c, members(connection, scope, publication)
    figures = (table[name] for name in Certainty.__dataclass_fields__)
    rows = connection.execute(
        select(table.base, *figures).where(table.publication == publication.code, table.code == code)
    )
    return {base: Certainty(*told) for base, *told in sorted(map(tuple, rows)) if base in listed}


def _said(row: Row, vintage: str, definitions: Definitions) -> Verdict:
    proposal = said_verdicts.proposal_of(vintage, row.lamp, row.proposal)
    unsaid = said_verdicts.unsaid(proposal)
    reasons = (Reason.from_dict(told) for told in json.loads(row.reasons))
    told = tuple(reason for reason in reasons if reason.weighs not in unsaid)
    final = said_verdicts.is_final(vintage, row.final)
    return Verdict(row.lamp, row.grade, final, proposal, row.trend, told, definitions)
