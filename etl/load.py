"""Files → airlock → returns → findings → one transaction a file. Idempotent by the file's hash; files are read in
parallel and taken in by order of quarter, because a quarter is checked against the one before."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from etl import returns, versions
from etl.checks import Checker, figures_of
from etl.clock import today
from etl.config import Limits, settings
from etl.events import COMMAND_LINE, Actor
from etl.findings import reading_fault
from etl.form import load_form
from etl.history import History
from etl.reading import Return, read_identity, read_returns
from etl.recheck import recheck
from etl.registry import Registry
from etl.warehouse import reading, writing

_AHEAD = 8
"""Files that each worker may read ahead of the one being taken in."""


_IN_MEMORY = 64 * 2**20
"""Up to so many bytes of files are kept in memory once they are read; a parsed file takes several times its size."""
_AT_ONCE = 32
"""Files that are checked together: formulas cost hardly more for many bases than for one."""


Run = Callable[[Callable[..., Any], list[Path], Limits], Iterator[Any]]
"""Runs a function over files and gives its results in their order."""


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


def check_files(engine: Engine, files: Iterable[Path]) -> Iterator[FileReport]:
    """What loading the files would find, in the order in which they would be loaded. Changes nothing."""
    limits = settings().limits
    with reading(engine) as connection:
        checker = _checker(connection)
        for path in _by_quarter(list(files), limits):
            items = read_returns(path.read_bytes(), checker.form, limits)
            checker.check(items)
            yield FileReport(path, items)


def load_files(
    engine: Engine, files: list[Path], delivery: Delivery, workers: int = 1, ordered: Callable[[], None] = lambda: None
) -> Iterator[FileReport]:
    """Loads the files, each in one transaction, and reports on each as soon as it is in. `ordered` is called for each
    file whose place in the order has been found, which comes first."""
    hashes = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    with reading(engine) as connection:
        known, again = versions.waiting_files(connection, delivery.accept)
        checker = _checker(connection)
    limits = settings().limits
    fresh = [path for path in files if hashes[path] not in known - again]
    for path in [path for path in files if hashes[path] in known - again]:
        with reading(engine) as connection:
            yield FileReport(path, versions.recorded(connection, hashes[path]), known=True)
        ordered()
    with _workers(workers) as run:
        for batch in _batches(_in_order(run, fresh, limits, delivery, ordered)):
            with reading(engine) as connection:
                checker.history.connection = connection
                checker.check([item for _, _, items in batch for item in items])
            for path, content, items in batch:
                with writing(engine) as connection:
                    checker.history.connection = connection
                    changed = _take_in(connection, checker, path, content, items, delivery)
                yield FileReport(path, items, known=hashes[path] in known and not changed)


def _in_order(
    run: Run, files: list[Path], limits: Limits, delivery: Delivery, ordered: Callable[[], None]
) -> Iterator[tuple[Path, tuple[bytes, list[Return]]]]:
    """The files read, by quarter and day. As many as fit into memory are read once; more are first only looked into."""
    few = sum(path.stat().st_size for path in files) <= _IN_MEMORY
    places, kept = {}, {}
    for path, told in zip(files, run(_read if few else _identify, files, limits), strict=True):
        if few:
            kept[path] = told
        period, base = _identity(told[1]) if few else told
        places[path] = (period, delivery.day(path), base, str(path))
        ordered()
    files = sorted(files, key=places.__getitem__)
    yield from ((path, kept.pop(path)) for path in files) if few else zip(files, run(_read, files, limits), strict=True)


def _identity(items: list[Return]) -> tuple[str, str]:
    """As read_identity gives it: the earliest period, and the base of a single return."""
    return min(item.period or "" for item in items), (items[0].base or "") if len(items) == 1 else ""


def _batches(
    files: Iterable[tuple[Path, tuple[bytes, list[Return]]]],
) -> Iterator[list[tuple[Path, bytes, list[Return]]]]:
    """Files that can be checked at once, because none bears on another: single returns of one quarter, each base
    once. A file with several quarters is a batch of its own."""
    batch: list[tuple[Path, bytes, list[Return]]] = []
    bases: set[str | None] = set()
    for path, (content, items) in files:
        (item, *more) = items
        period = batch[0][2][0].period if batch else item.period
        if batch and (
            more or len(batch[0][2]) > 1 or item.period != period or item.base in bases or len(batch) == _AT_ONCE
        ):
            yield batch
            batch, bases = [], set()
        batch.append((path, content, items))
        bases.add(item.base)
    if batch:
        yield batch


def _by_quarter(files: list[Path], limits: Limits) -> list[Path]:
    return files if len(files) < 2 else sorted(files, key=lambda path: (*_identify(path, limits), str(path)))


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
    sha256 = hashlib.sha256(content).hexdigest()
    # What is nobody's return is told, not kept; its file is looked at again when it is loaded once more.
    kept = [i for i in items if i.base and i.period and checker.registry.base(i.base, i.period)]
    if kept:
        versions.keep_workbook(connection, sha256, path.name, content, complete=len(kept) == len(items))
    taken = [_take_in_one(connection, checker, item, sha256, delivery, delivery.day(path)) for item in kept]
    read = partial(read_returns, form=checker.form, limits=settings().limits)
    reread = partial(versions.reread, connection, read=read)
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
    if delivery.accept and version.state != versions.FINAL:
        returns.accept_at_once(connection, checker.form, version, item, delivery.actor, day)
        checker.history.learn_accepted(version.base, version.period, figures_of(item))
        return Taken(True, version)
    if delivery.submit and version.state == versions.CHECKED and item.verdict == "clean":
        step = returns.SUBMIT
        returns.take(connection, checker.form, checker.registry, step, version, delivery.actor, day=day)
        return Taken(True)
    return Taken(changed)


def _identify(path: Path, limits: Limits) -> tuple[str, str]:
    return read_identity(path.read_bytes(), limits)


def _read(path: Path, limits: Limits) -> tuple[bytes, list[Return]]:
    content = path.read_bytes()
    return content, read_returns(content, load_form(), limits)


class _workers:
    """Runs a function over files in their order, in that many processes (1: in this one)."""

    def __init__(self, count: int):
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Run:
        self._pool = ProcessPoolExecutor(self._count) if self._count > 1 else None
        return self._run

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def _run(self, function: Callable[..., Any], paths: list[Path], limits: Limits) -> Iterator[Any]:
        if self._pool is None:
            yield from (function(path, limits) for path in paths)
            return
        left = iter(paths)
        pending = deque(self._pool.submit(function, path, limits) for path in islice(left, self._count * _AHEAD))
        while pending:
            yield pending.popleft().result()
            pending.extend(self._pool.submit(function, path, limits) for path in islice(left, 1))
