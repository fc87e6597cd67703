"""Files → airlock → returns → findings → one transaction for the files that are checked together. Idempotent by the
file's hash; files are read in parallel and taken in by order of quarter, because a quarter is checked against the one
before."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from etl import returns, versions
from etl.checks import Checker, figures_of
from etl.clock import today
from etl.config import Limits
from etl.events import COMMAND_LINE, Actor
from etl.findings import reading_fault
from etl.form import load_form
from etl.history import History
from etl.reading import Return
from etl.recheck import recheck
from etl.registry import Registry
from etl.sandbox import Packed, Sandbox, shared, unpacked
from etl.spool import Spool
from etl.warehouse import reading, writing

_AT_ONCE = 32
"""Files that are checked together: formulas cost hardly more for many bases than for one."""


@dataclass
class FileReport:
    """What became of one file. `known`: it had been loaded before, and nothing was done."""

    file: Path
    returns: list[Return] = field(default_factory=list)
    known: bool = False

    @property
    def rejected(self) -> bool:
        return any(item.rejected for item in self.returns)


@dataclass(frozen=True)
class Delivery:
    """How files are taken in. `submit` hands in what waits for nothing, `accept` stands for that and for the province's
    and the nation's acceptance; `received` gives by file name the day on which it came in, `received_on` that of the
    files it does not list."""

    accept: bool = False
    received_on: date = field(default_factory=today)
    received: Mapping[str, date] = field(default_factory=dict)
    submit: bool = False
    actor: Actor = COMMAND_LINE

    def day(self, path: Path) -> date:
        return self.received.get(path.name, self.received_on)


def collect(paths: Iterable[Path]) -> list[Path]:
    """The files, and every .xlsx in the folders (Excel's own lock files aside). Raises FileNotFoundError."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist; check the name")
        inside = sorted(path.rglob("*.xlsx")) if path.is_dir() else [path]
        files += [file for file in inside if not file.name.startswith("~$")]
    return list(dict.fromkeys(files))


def check_files(engine: Engine, files: Iterable[Path], workers: int = 1) -> Iterator[FileReport]:
    """What loading the files would find, those together that would be checked together, in the order in which they would
    be loaded. Changes nothing."""
    sandbox = shared(workers)
    sandbox.start()
    with reading(engine) as connection:
        checker = _checker(connection)
        in_order = _in_order(sandbox, list(files), lambda _: date.min)
        for batch in _batches(in_order, lambda _: False):
            checker.check([item for _, _, items in batch for item in items])
            yield from (FileReport(path, items) for path, _, items in batch)


def load_files(
    engine: Engine, files: list[Path], delivery: Delivery, workers: int = 1, ordered: Callable[[], None] = lambda: None
) -> Iterator[FileReport]:
    """Loads the files, those that are checked together in one transaction, and reports on each as soon as it is in.
    `ordered` is called for each file whose place in the order has been found, which comes first.

    What is found in a return may depend on which others are checked with it. Started again after it was stopped in the
    middle, loading goes on with the same files together, because they were taken in together or not at all."""
    sandbox = shared(workers)
    sandbox.start()
    hashes = {path: _hash(_content(path, sandbox.limits)) for path in files}
    with reading(engine) as connection:
        known, again = versions.waiting_files(connection, delivery.accept)
        checker = _checker(connection)
    fresh = [path for path in files if hashes[path] not in known - again]
    for path in [path for path in files if hashes[path] in known - again]:
        with reading(engine) as connection:
            yield FileReport(path, versions.recorded(connection, hashes[path]), known=True)
        ordered()
    in_order = _in_order(sandbox, fresh, delivery.day, ordered)
    for batch in _batches(in_order, lambda path: hashes[path] in known):
        with reading(engine) as connection:
            checker.history.connection = connection
            checker.check([item for _, _, items in batch for item in items])
        with writing(engine) as connection:
            checker.history.connection = connection
            versions.hold(connection, *sorted({item.base for _, _, items in batch for item in items if item.base}))
            changed = [_take_in(connection, checker, *file, delivery) for file in batch]
        for (path, _, items), anything in zip(batch, changed, strict=True):
            yield FileReport(path, items, known=hashes[path] in known and not anything)


def _in_order(
    sandbox: Sandbox, files: list[Path], day: Callable[[Path], date], ordered: Callable[[], None] = lambda: None
) -> Iterator[tuple[Path, tuple[bytes, list[Return]]]]:
    """The files read, by quarter, day and base. Each is read once, and waits for its turn packed: a return takes several
    times the room of its file."""
    places, hashes = {}, {}
    with Spool() as spool:
        for path, (sha256, packed) in zip(files, sandbox.map(partial(_pack, sandbox), files), strict=True):
            places[path], hashes[path] = (packed.period, day(path), packed.base, str(path)), sha256
            spool.put(path, packed.data)
            ordered()
        for path in sorted(files, key=places.__getitem__):
            content = _content(path, sandbox.limits)
            same = _hash(content) == hashes[path]  # not so when somebody has saved the file meanwhile
            yield path, (content, unpacked(spool.get(path)) if same else sandbox.read(content))


def _batches(
    files: Iterable[tuple[Path, tuple[bytes, list[Return]]]], known: Callable[[Path], bool]
) -> Iterator[list[tuple[Path, bytes, list[Return]]]]:
    """Files that can be checked at once, because none bears on another: single returns of one quarter, each base
    once. A file with several quarters is a batch of its own; those that are `known`, and only looked at again, do not
    mix with new ones."""
    batch: list[tuple[Path, bytes, list[Return]]] = []
    bases: set[str | None] = set()
    alike: tuple | None = None
    for path, (content, items) in files:
        (item, *more) = items
        kind = (item.period, known(path), path if more else None)
        if batch and (kind != alike or item.base in bases or len(batch) == _AT_ONCE):
            yield batch
            batch, bases = [], set()
        alike = kind
        batch.append((path, content, items))
        bases.add(item.base)
    if batch:
        yield batch


def _checker(connection: Connection) -> Checker:
    form, registry = load_form(), Registry(connection)
    return Checker(form, registry, History(connection, form, registry))


class Taken(NamedTuple):
    """Whether a return changed anything, and the version whose values became facts by it."""

    changed: bool
    in_force: versions.Version | None = None


def _take_in(
    connection: Connection, checker: Checker, path: Path, content: bytes, items: list[Return], delivery: Delivery
) -> bool:
    """Keeps the file and each of its returns as a version, and accepts what may be accepted. Whether that changed
    anything."""
    sha256 = _hash(content)
    # What is nobody's return is told, not kept; its file is looked at again when it is loaded once more.
    kept = [i for i in items if i.base and i.period and checker.registry.base(i.base, i.period)]
    if kept:
        versions.keep_workbook(connection, sha256, path.name, content, complete=len(kept) == len(items))
    taken = [
        _take_in_one(connection, checker, item, sha256, delivery, item.received or delivery.day(path)) for item in kept
    ]
    reread = partial(versions.reread, connection, read=shared().read)
    for revised in [one.in_force for one in taken if one.in_force]:
        recheck(connection, checker, revised, reread, delivery.actor)
    return any(one.changed for one in taken)


def _take_in_one(
    connection: Connection, checker: Checker, item: Return, sha256: str, delivery: Delivery, day: date
) -> Taken:
    known = versions.versions(connection, item.base or "", item.period or "")
    mine = [version for version in known if version.sha256 == sha256]
    if mine and mine[-1] is not known[-1]:
        return Taken(False)  # a newer file has taken this one's place
    if mine and (mine[-1].error_free or item.rejected):
        version, changed = mine[-1], False
    elif reason := returns.closed(connection, checker.registry, item.base or "", item.period or ""):
        item.findings.append(reading_fault("F30", sheet=item.sheet, en={"reason": reason.en}, zh={"reason": reason.zh}))
        return Taken(False)
    else:
        version, changed = returns.take_in(connection, item, sha256, day, delivery.actor), True
    if item.rejected:
        return Taken(changed)
    if delivery.accept and version.state not in (versions.FINAL, versions.RETURNED):  # what was sent back stays so
        returns.accept_at_once(connection, checker.form, version, item, delivery.actor, day)
        checker.history.learn_accepted(version.base, version.period, figures_of(item))
        return Taken(True, version)
    if delivery.submit and version.state == versions.CHECKED and item.verdict == "clean":
        step = returns.SUBMIT
        returns.take(connection, checker.form, checker.registry, step, version, delivery.actor, day=day)
        return Taken(True)
    return Taken(changed)


def _pack(sandbox: Sandbox, path: Path) -> tuple[str, Packed]:
    content = _content(path, sandbox.limits)
    return _hash(content), sandbox.pack(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(path: Path, limits: Limits) -> bytes:
    """The file's bytes; of one past the limit as many as show that it is."""
    with path.open("rb") as file:
        return file.read(limits.file_bytes + 1)
