"""The warehouse's tables of returns and publications, each with its grain; those of access are in schema_access.py. Natural keys; every fact-like key contains the base.

Plain SQL types only, no triggers, no foreign keys on facts: the same schema runs on SQLite and PostgreSQL and can be
sharded by base.
"""

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

VERSION = "0002"
"""Of the schema below: the newest of etl/migrations/versions."""

PERIOD, BASE, MEASURE, SHA256 = String(6), String(40), String(40), String(64)


def table(name: str, *columns: Column, clustered: bool = False) -> Table:
    """`clustered`: rows lie in key order in SQLite, which makes reading by key prefix cheap."""
    return Table(name, metadata, *columns, sqlite_with_rowid=not clustered)


# Where Alembic looks for the version of the schema. One row per warehouse.
version = table("alembic_version", Column("version_num", String(32), primary_key=True))

# One row per base.
base = table("base", Column("base", BASE, primary_key=True), Column("batch", Integer))

# One row per base and the day from which it is valid: a base that moves does not rewrite the past.
base_history = table(
    "base_history",
    Column("base", BASE, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("name_en", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("type", String(40), nullable=False),
    Column("province", String(40), nullable=False),
    Column("hardship", Boolean, nullable=False),
    Column("status", String(20), nullable=False),
)

# One row per base and address to which its reminders go.
contact = table("contact", Column("base", BASE, primary_key=True), Column("email", String(254), primary_key=True))

# One row per quarter.
period = table(
    "period",
    Column("period", PERIOD, primary_key=True),
    Column("opens", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("locked", Boolean, nullable=False, default=False),
)

# One row per distinct file. Never deleted. `complete`: each of its returns was somebody's, and is a version.
workbook = table(
    "workbook",
    Column("sha256", SHA256, primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("loaded_at", DateTime, nullable=False),
)

# `figures`: measure → [value, row, col, answer] as they stood in the file; `in_force`: its values are the facts of that
# base and quarter, which at most one version's are; `received`: the day it came in; `by`: who sent it.
# One row per base, quarter and version.
return_version = table(
    "return_version",
    Column("base", BASE, primary_key=True),
    Column("period", PERIOD, primary_key=True, index=True),
    Column("version", Integer, primary_key=True),
    Column("sha256", SHA256, nullable=False, index=True),
    Column("sheet", Text, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("in_force", Boolean, nullable=False, default=False),
    Column("received", Date, nullable=False),
    Column("by", String(80), nullable=False),
    Column("loaded_at", DateTime, nullable=False),
    Column("figures", JSON, nullable=False),
)

# Rows are only ever added. `level`: base, province, nation or operator; `version` is blank for what concerns the
# quarter as a whole (reopened, reminded).
# One row per base, quarter and thing that happened to its return.
return_event = table(
    "return_event",
    Column("base", BASE, primary_key=True),
    Column("period", PERIOD, primary_key=True, index=True),
    Column("number", Integer, primary_key=True),
    Column("event", String(20), nullable=False),
    Column("version", Integer),
    Column("day", Date, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("level", String(20), nullable=False),
    Column("reason", Text),
)

# One row per base and locked quarter that it may send after all, and the last day on which it may.
reopening = table(
    "reopening",
    Column("base", BASE, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("until", Date, nullable=False),
)

# One row per base, quarter and paper that was handed in with a version, such as the signed cover sheet.
attachment = table(
    "attachment",
    Column("base", BASE, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("by", String(80), nullable=False),
)

# `answered_by`, `answered_at`: blank where the answer stands in the file. `about`: with the code, what makes it the same
# query in another version; `quantity`: the number in question; `score`: suspicion × effect; `remembered`: the quarter
# whose accepted reason answers it; `for_reviewer_…`: what the base itself may not read.
# One row per return version and finding.
finding = table(
    "finding",
    Column("base", BASE, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("code", String(10), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("message_en", Text, nullable=False),
    Column("message_zh", Text, nullable=False),
    Column("sheet", Text),
    Column("cell", String(20)),
    Column("measure", MEASURE),
    Column("value", Text),
    Column("answer", Text),
    Column("answered_by", String(80)),
    Column("answered_at", DateTime),
    Column("about", Text, nullable=False),
    Column("quantity", Float),
    Column("score", Float, nullable=False),
    Column("remembered", PERIOD),
    Column("for_reviewer_en", Text),
    Column("for_reviewer_zh", Text),
)

# `period`: the quarter it was accepted in; `low` to `high`: the numbers it covers, blank where it is about none;
# `ended`: the quarter whose accepted return left that range.
# One row per base, check, what its query is about, and quarter in which a reason for it was accepted.
reason = table(
    "reason",
    Column("base", BASE, primary_key=True),
    Column("code", String(10), primary_key=True),
    Column("about", Text, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("text", Text, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("ended", PERIOD),
    Column("accepted_by", String(80), nullable=False),
    Column("accepted_at", DateTime, nullable=False),
)

# One row per quarter, measure and base: the accepted value and the cell it came from (row and col from 0).
fact = table(
    "fact",
    Column("period", PERIOD, primary_key=True),
    Column("measure", MEASURE, primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("value", Float, nullable=False),
    Column("version", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("col", Integer, nullable=False),
    Column("known_from", DateTime, nullable=False),
    clustered=True,
)

# One row per fact that was replaced or withdrawn, and from when until when it was known.
fact_history = table(
    "fact_history",
    Column("period", PERIOD, primary_key=True),
    Column("measure", MEASURE, primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("known_from", DateTime, primary_key=True),
    Column("known_to", DateTime, nullable=False),
    Column("value", Float, nullable=False),
    Column("row", Integer, nullable=False),
    Column("col", Integer, nullable=False),
    clustered=True,
)

# `row`: the firm's row in the sheet, from 0; `firm`: its credit code; `financed`: any finance in the quarter.
# One row per quarter, base and firm.
roster = table(
    "roster",
    Column("period", PERIOD, primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("firm", String(40), index=True),
    Column("financed", Boolean, nullable=False),
    Column("details", JSON, nullable=False),
    clustered=True,
)

# `compute` replaces a quarter's one working publication; rows of the other vintages are never changed or removed.
# `method_hash`, `definitions_hash`, `data_state`: what it was made from, kept in `catalogue`; `content`: the sha256 of
# its rows in the tables below, written out in one order (blank for a working one).
# One row per quarter, vintage and number.
publication = table(
    "publication",
    Column("publication", String(40), primary_key=True),
    Column("period", PERIOD, nullable=False, index=True),
    Column("vintage", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("method_hash", SHA256, nullable=False),
    Column("definitions_hash", SHA256, nullable=False),
    Column("data_state", SHA256, nullable=False),
    Column("seed", Integer),
    Column("content", SHA256),
    Column("by", String(80)),
    Column("created_at", DateTime, nullable=False),
)

# Rows are only ever added.
# One row per publication and signature of an approver.
approval = table(
    "approval",
    Column("publication", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("by", String(80), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("reason", Text, nullable=False),
)

# `text`: the files of the catalogue that a publication was made with, or the state of the data that it was made from.
# One row per hash. Never changed.
catalogue = table("catalogue", Column("hash", SHA256, primary_key=True), Column("text", Text, nullable=False))

# One row per publication (not a working one), quarter and base whose return was in force: which version of it.
publication_source = table(
    "publication_source",
    Column("publication", String(40), primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("sha256", SHA256, nullable=False),
    clustered=True,
)

# `absence`: where no return is in force, why: not_due, in_review or missed.
# One row per publication and base: what the base was then, and whether its return was there.
standing = table(
    "standing",
    Column("publication", String(40), primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("type", String(40), nullable=False),
    Column("province", String(40), nullable=False),
    Column("returned", Boolean, nullable=False),
    Column("absence", String(20)),
    clustered=True,
)

# One row per publication, base and indicator, pillar or index.
result = table(
    "result",
    Column("publication", String(40), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("value", Float),
    Column("score", Float),
    Column("rank", Integer),
    Column("low", Float),
    Column("high", Float),
    Column("why", String(20)),
    clustered=True,
)

# One row per publication, indicator or total, base type ("" = all) and area ("" = the nation, else region or province).
group_result = table(
    "group_result",
    Column("publication", String(40), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("type", String(40), primary_key=True),
    Column("area_kind", String(10), primary_key=True),
    Column("area", String(40), primary_key=True),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("value", Float),
    Column("bases", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    clustered=True,
)

# One row per publication, base and thing to look into.
flag = table(
    "flag",
    Column("publication", String(40), primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("value", Float),
    Column("reference", Float),
    clustered=True,
)

# A case is named by the quarter whose publication gave rise to it. `due`: until when the next step may take; `decision`:
# what was proposed or signed. Rows are only ever added. One row per base, case and step of it.
case_event = table(
    "case_event",
    Column("base", BASE, primary_key=True),
    Column("period", PERIOD, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("event", String(20), nullable=False),
    Column("publication", String(40)),
    Column("decision", String(20)),
    Column("due", Date),
    Column("day", Date, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("level", String(20), nullable=False),
    Column("text", Text, nullable=False),
)

# Of the replications: between which ranks 90 % lie, and the shares in which the base has one of the first or last tenth or
# the first fifth of the places, or a rank at all.
# One row per publication, base and pillar or index that has a rank.
certainty = table(
    "certainty",
    Column("publication", String(40), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("mean", Float, nullable=False),
    Column("median", Float, nullable=False),
    Column("top_tenth", Float, nullable=False),
    Column("top_fifth", Float, nullable=False),
    Column("bottom_tenth", Float, nullable=False),
    Column("ranked", Float, nullable=False),
    clustered=True,
)

# `kind`: funnel (against peers) or xmr (over time). Target and limits (of a chart: mean and limits) in the indicator's
# unit; `against_peers`: better, similar or worse; `over_time`: improvement, concern or none, by which `cause`;
# `provisional`: limits from few points.
# One row per publication, indicator, base and kind.
signal = table(
    "signal",
    Column("publication", String(40), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("target", Float),
    Column("lower", Float),
    Column("upper", Float),
    Column("z", Float),
    Column("q", Float),
    Column("against_peers", String(10)),
    Column("over_time", String(20)),
    Column("cause", String(30)),
    Column("provisional", Boolean),
    clustered=True,
)

# `final`: the grade is that of a whole year, else it is the grade so far; `reasons`: a JSON list.
# One row per publication and base.
verdict = table(
    "verdict",
    Column("publication", String(40), primary_key=True),
    Column("base", BASE, primary_key=True),
    Column("lamp", String(10), nullable=False),
    Column("grade", String(2)),
    Column("final", Boolean, nullable=False),
    Column("proposal", String(20)),
    Column("trend", String(20), nullable=False),
    Column("reasons", Text, nullable=False),
    clustered=True,
)
