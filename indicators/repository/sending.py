"""What a base does with its return: takes the form, sends a file, answers queries, submits, hands in papers.

Every function takes the Scope and lets nobody act for another base; each is one transaction.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO

from sqlalchemy import Connection, Engine, func, select

from etl import events, returns, schema, versions
from etl.checks import Checker
from etl.clock import now, today
from etl.config import settings
from etl.events import Actor
from etl.findings import reading_fault
from etl.form import load_form
from etl.history import History
from etl.prefill import prefilled, with_firms
from etl.reading import HISTORY_SHEET, Return
from etl.registry import Base, Registry
from etl.sandbox import shared
from etl.template import write_form
from etl.versions import Version
from etl.warehouse import insert, reading, writing
from indicators.repository.returns import known_base, level_of
from indicators.scope import NotAllowed, Scope

Read = Callable[[bytes], list[Return]]
"""Reads a file's returns, behind the airlock."""

PAPERS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""First bytes → the kind of paper that is taken."""


@dataclass(frozen=True)
class Received:
    """What became of a file: the version it is now, or why it is none (then `item` says so). `known`: the very same
    file had been sent before."""

    item: Return
    version: Version | None
    known: bool = False


def actor_of(scope: Scope, name: str) -> Actor:
    """Raises NotAllowed for who only looks."""
    if (level := level_of(scope)) is None:
        raise NotAllowed("acts")
    return Actor(name, level)


def own_base(connection: Connection, scope: Scope, base: str, period: str) -> Base:
    """The viewer's own base. Raises NotAllowed for another's, UnknownBase when it is not asked in that quarter."""
    if scope.role != "base" or scope.base != base:
        raise NotAllowed(base)
    return known_base(Registry(connection), scope, base, period)


# The form


def form_file(connection: Connection, scope: Scope, base: str, period: str) -> bytes:
    """The base's form for the quarter, with what is known filled in. For the base, and for those who see it; only the
    base itself, whose own affair its roster is, finds its firms in it."""
    form, registry = load_form(), Registry(connection)
    known = known_base(registry, scope, base, period)
    file = BytesIO()
    history = History(connection, form, registry)
    filling = prefilled(form, history, known.code, period)
    if scope.role == "base":
        filling = with_firms(filling, form, history, known.code, period)
    write_form(file, form, known, period, filling, registry.quarters[period].due)
    return file.getvalue()


def take_form(engine: Engine, scope: Scope, who: str, base: str, period: str) -> bytes:
    """The form as the base itself takes it; the first time is noted."""
    with writing(engine) as connection:
        versions.hold(connection, base)
        own_base(connection, scope, base, period)
        if all(event.event != events.DOWNLOADED for event in events.events(connection, base, period)):
            events.note(connection, base, period, actor_of(scope, who), events.DOWNLOADED)
    with reading(engine) as connection:
        return form_file(connection, scope, base, period)


# Sending


def receive(
    engine: Engine, scope: Scope, who: str, base: str, period: str, name: str, content: bytes, read: Read
) -> Received:
    """Reads, checks and keeps a file as the next version of the base's return. Raises NotPossible while no file is
    taken; what is wrong with the file itself stands in its findings."""
    with reading(engine) as connection:
        own_base(connection, scope, base, period)
        if reason := returns.closed(connection, Registry(connection), base, period):
            raise returns.NotPossible(reason.en, reason.zh)
    items = read(content)
    item = _the_return(items, base, period)
    with writing(engine) as connection:
        versions.hold(connection, base)
        registry = Registry(connection)
        own_base(connection, scope, base, period)
        if reason := returns.closed(connection, registry, base, period):
            raise returns.NotPossible(reason.en, reason.zh)
        if (item.base, item.period) != (base, period):
            return Received(item, None)
        form = load_form()
        Checker(form, registry, History(connection, form, registry)).check([item])
        return _keep(connection, scope, who, name, content, item)


def _the_return(items: list[Return], base: str, period: str) -> Return:
    """The one return of the file, with a finding, before all others, where it is not the one that is waited for."""
    item = items[0]
    if len(items) > 1 or item.sheet == HISTORY_SHEET:  # an archive has no roster: its returns come by the commands
        item = Return(None, None, item.sheet)
        item.findings.append(reading_fault("F31", sheet=item.sheet))
    elif item.base and item.base != base:
        item.findings.insert(
            0, reading_fault("F32", sheet=item.sheet, cell=item.head.get("base"), value=item.base[:40])
        )
    elif item.base and item.period and item.period != period:
        cell = item.head.get("period")
        item.findings.insert(
            0, reading_fault("F33", sheet=item.sheet, cell=cell, value=item.period[:40], wanted=period)
        )
    return item


def _keep(connection: Connection, scope: Scope, who: str, name: str, content: bytes, item: Return) -> Received:
    sha256 = hashlib.sha256(content).hexdigest()
    earlier = returns.newest(connection, item.base or "", item.period or "")
    if earlier and earlier.sha256 == sha256 and (earlier.error_free or item.rejected):
        return Received(item, earlier, known=True)
    versions.keep_workbook(connection, sha256, name[:200], content, complete=True)
    return Received(item, returns.take_in(connection, item, sha256, today(), actor_of(scope, who)))


def answer(
    engine: Engine, scope: Scope, who: str, base: str, period: str, version: int, answers: Mapping[int, str]
) -> int:
    """Answers queries of the newest version, by their number. Returns how many changed. Raises NotPossible."""
    with writing(engine) as connection:
        own_base(connection, scope, base, period)
        return returns.answer(connection, _version(connection, base, period, version), answers, actor_of(scope, who))


@dataclass(frozen=True)
class Answered:
    """Who wrote an answer on the page, and when."""

    by: str
    at: datetime


def answered_here(connection: Connection, scope: Scope, base: str, period: str, version: int) -> dict[int, Answered]:
    """Of a version's answers by the number of their query those that were written on the page, not in the file."""
    known_base(Registry(connection), scope, base, period)
    finding = schema.finding.c
    rows = connection.execute(
        select(finding.number, finding.answered_by, finding.answered_at).where(
            finding.base == base,
            finding.period == period,
            finding.version == version,
            finding.answered_by.is_not(None),
        )
    )
    return {number: Answered(by, at) for number, by, at in rows}


def submit(engine: Engine, scope: Scope, who: str, base: str, period: str, version: int, word: str = "") -> Version:
    """Hands the newest version in. Raises NotPossible."""
    return _step(engine, scope, who, returns.SUBMIT, base, period, version, word)


def take_back(engine: Engine, scope: Scope, who: str, base: str, period: str, version: int) -> Version:
    """Takes a submission back before the province has decided. Raises NotPossible."""
    return _step(engine, scope, who, returns.TAKE_BACK, base, period, version, "")


def _step(engine: Engine, scope: Scope, who: str, step: str, base: str, period: str, number: int, word: str) -> Version:
    with writing(engine) as connection:
        own_base(connection, scope, base, period)
        version = _version(connection, base, period, number)
        registry = Registry(connection)
        return returns.take(connection, load_form(), registry, step, version, actor_of(scope, who), word)


def _version(connection: Connection, base: str, period: str, number: int) -> Version:
    found = [known for known in versions.versions(connection, base, period) if known.version == number]
    if not found:
        raise returns.NotPossible(
            f"There is no version {number}. Load the page again.", f"没有第{number}版。请刷新页面。"
        )
    return found[0]


# The way back


def own_file(connection: Connection, scope: Scope, base: str, period: str, number: int) -> tuple[str, bytes]:
    """(name, bytes) of the file a version came in, for the base itself: it holds its roster. Raises NotAllowed for a
    history, which holds other bases' returns beside it."""
    own_base(connection, scope, base, period)
    version = _version(connection, base, period, number)
    if version.sheet == HISTORY_SHEET:
        raise NotAllowed(base)
    return versions.workbook(connection, version.sha256)


def file_names(connection: Connection, scope: Scope, base: str, period: str) -> dict[int, str]:
    """Version → the name of the file it came in."""
    known_base(Registry(connection), scope, base, period)
    version, kept = schema.return_version.c, schema.workbook.c
    rows = connection.execute(
        select(version.version, kept.name)
        .join_from(schema.return_version, schema.workbook, kept.sha256 == version.sha256)
        .where(version.base == base, version.period == period)
    )
    return {row.version: row.name for row in rows}


def annotated(connection: Connection, scope: Scope, base: str, period: str, number: int) -> tuple[str, bytes | None]:
    """(name, bytes) of a version's file with its findings and answers in it; no bytes where it cannot be written."""
    name, content = own_file(connection, scope, base, period, number)
    version = _version(connection, base, period, number)
    found = list(versions.findings(connection, version).values())
    item = Return(base, period, version.sheet, findings=found)
    return name, shared().annotate(content, [item], load_form(), name)


# Papers


def attach(
    engine: Engine, scope: Scope, who: str, base: str, period: str, version: int, name: str, content: bytes
) -> int:
    """Keeps a paper, such as the signed cover sheet's scan, with a version. Returns its number. Raises NotPossible for
    what is no PDF, PNG or JPEG, or too large."""
    media_type = next((kind for start, kind in PAPERS.items() if content.startswith(start)), None)
    if media_type is None:
        raise returns.NotPossible(
            "The scan must be a PDF, PNG or JPEG file. Scan or photograph the signed sheet and send that.",
            "扫描件须为PDF、PNG或JPEG文件。请扫描或拍摄签字盖章后的封面再上传。",
        )
    if len(content) > settings().limits.paper_bytes:
        raise paper_too_large()
    with writing(engine) as connection:
        versions.hold(connection, base)
        own_base(connection, scope, base, period)
        known = _version(connection, base, period, version)
        paper = schema.attachment
        mine = (paper.c.base == base, paper.c.period == period)
        number = (connection.execute(select(func.max(paper.c.number)).where(*mine)).scalar() or 0) + 1
        sha256 = hashlib.sha256(content).hexdigest()
        row = {"base": base, "period": period, "number": number, "version": known.version, "name": name[:200]}
        kept = {"media_type": media_type, "sha256": sha256, "bytes": content, "at": now(), "by": who}
        insert(connection, paper, [row | kept])
        actor = actor_of(scope, who)
        events.note(connection, base, period, actor, events.ATTACHED, version=known.version, reason=name[:200])
        return number


def paper_too_large() -> returns.NotPossible:
    most = settings().limits.paper_bytes // 2**20
    return returns.NotPossible(
        f"The scan is larger than {most} MiB. Scan it with fewer dots (150–200 dpi).",
        f"扫描件超过{most} MiB。请降低分辨率(150–200 dpi)后再上传。",
    )


def paper(connection: Connection, scope: Scope, base: str, period: str, number: int) -> tuple[str, str, bytes]:
    """(name, media type, bytes) of a paper, for the base and those who review it. Raises LookupError."""
    known_base(Registry(connection), scope, base, period)
    kept = schema.attachment.c
    row = connection.execute(
        select(kept.name, kept.media_type, kept.bytes).where(
            kept.base == base, kept.period == period, kept.number == number
        )
    ).first()
    if row is None:
        raise LookupError(f"{base} {period} has no paper {number}")
    return row.name, row.media_type, row.bytes


def kept_returns(connection: Connection, read: Read) -> returns.Content:
    """Reads a version's return anew from its kept file."""
    return partial(versions.reread, connection, read=read)
