"""Files → airlock → returns → findings → one transaction a file. Idempotent by the file's hash; files are read in
parallel and taken in by order of quarter, because a quarter is checked against the one before."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine

from etl import returns
from etl.checks import Checker, figures_of
from etl.config import Limits
from etl.form import load_form
from etl.history import History
from etl.reading import Return
from etl.registry import Registry
from etl.sandbox import Sandbox, shared
from etl.warehouse import reading, writing

_IN_MEMORY = 64 * 2**20
"""Up to so many bytes of files are kept in memory once they are read; a parsed file takes several times its size."""
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
    """How files are taken in. `accept` stands for the province's and the nation's acceptance; `received` gives by
    file name the day on which it came in, `received_on` that of the files it does not list."""

    accept: bool = False
    received_on: date = field(default_factory=date.today)
    received: Mapping[str, date] = field(default_factory=dict)

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
    """What loading the files would find, in the order in which they would be loaded. Changes nothing."""
    sandbox = shared(workers)
    sandbox.start()
    with reading(engine) as connection:
        checker = _checker(connection)
        ordered = _by_quarter(sandbox, list(files))
        for path, (_, items) in zip(ordered, sandbox.map(partial(_read, sandbox), ordered), strict=True):
            checker.check(items)
            yield FileReport(path, items)


def load_files(
    engine: Engine, files: list[Path], delivery: Delivery, workers: int = 1, ordered: Callable[[], None] = lambda: None
) -> Iterator[FileReport]:
    """Loads the files, each in one transaction, and reports on each as soon as it is in. `ordered` is called for each
    file whose place in the order has been found, which comes first."""
    sandbox = shared(workers)
    sandbox.start()
    hashes = {path: hashlib.sha256(_content(path, sandbox.limits)).hexdigest() for path in files}
    with reading(engine) as connection:
        known, again = returns.waiting_files(connection, delivery.accept)
        checker = _checker(connection)
    fresh = [path for path in files if hashes[path] not in known - again]
    for path in [path for path in files if hashes[path] in known - again]:
        with reading(engine) as connection:
            yield FileReport(path, returns.recorded(connection, hashes[path]), known=True)
        ordered()
    for batch in _batches(_in_order(sandbox, fresh, delivery, ordered)):
        with reading(engine) as connection:
            checker.history.connection = connection
            checker.check([item for _, _, items in batch for item in items])
        for path, content, items in batch:
            with writing(engine) as connection:
                checker.history.connection = connection
                changed = _take_in(connection, checker, path, content, items, delivery)
            yield FileReport(path, items, known=hashes[path] in known and not changed)


def _in_order(
    sandbox: Sandbox, files: list[Path], delivery: Delivery, ordered: Callable[[], None]
) -> Iterator[tuple[Path, tuple[bytes, list[Return]]]]:
    """The files read, by quarter and day. As many as fit into memory are read once; more are first only looked into."""
    few = sum(path.stat().st_size for path in files) <= _IN_MEMORY
    places, kept = {}, {}
    look, read = partial(_read if few else _identify, sandbox), partial(_read, sandbox)
    for path, told in zip(files, sandbox.map(look, files), strict=True):
        if few:
            kept[path] = told
        period, base = _identity(told[1]) if few else told
        places[path] = (period, delivery.day(path), base, str(path))
        ordered()
    files = sorted(files, key=places.__getitem__)
    yield from ((path, kept.pop(path)) for path in files) if few else zip(files, sandbox.map(read, files), strict=True)


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


def _by_quarter(sandbox: Sandbox, files: list[Path]) -> list[Path]:
    if len(files) < 2:
        return files
    places = dict(zip(files, sandbox.map(partial(_identify, sandbox), files), strict=True))
    return sorted(files, key=lambda path: (*places[path], str(path)))


def _checker(connection: Connection) -> Checker:
    form, registry = load_form(), Registry(connection)
    return Checker(form, registry, History(connection, form, registry))


def _take_in(
    connection: Connection, checker: Checker, path: Path, content: bytes, items: list[Return], delivery: Delivery
) -> bool:
    """Keeps the file and each of its returns as a version, and accepts what may be accepted. Whether that changed
    anything."""
    sha256 = hashlib.sha256(content).hexdigest()
    # What is nobody's return is told, not kept; its file is looked at again when it is loaded once more.
    kept = [i for i in items if i.base and i.period and checker.registry.base(i.base, i.period)]
    if kept:
        returns.keep_workbook(connection, sha256, path.name, content, complete=len(kept) == len(items))
    day = delivery.day(path)
    changes = [_take_in_one(connection, checker, item, sha256, day, delivery.accept) for item in kept]
    return any(changes)


def _take_in_one(
    connection: Connection, checker: Checker, item: Return, sha256: str, received: date, accept_now: bool
) -> bool:
    versions = returns.versions(connection, item.base or "", item.period or "")
    mine = [version for version in versions if version.sha256 == sha256]
    if mine and mine[-1] is not versions[-1]:
        return False  # a newer file has taken this one's place
    if mine and (mine[-1].state != returns.REJECTED or item.rejected):
        number, state, changed = mine[-1].version, mine[-1].state, False
    else:
        number, state, changed = returns.record(connection, item, sha256, received), None, True
    if accept_now and not item.rejected and state != returns.ACCEPTED:
        changed = True
        replaces = any(version.state == returns.ACCEPTED for version in versions)
        returns.accept(connection, checker.form, item, number, replaces)
        checker.history.learn_accepted(item.base or "", item.period or "", figures_of(item))
    return changed


def _identify(sandbox: Sandbox, path: Path) -> tuple[str, str]:
    return sandbox.identify(_content(path, sandbox.limits))


def _read(sandbox: Sandbox, path: Path) -> tuple[bytes, list[Return]]:
    content = _content(path, sandbox.limits)
    return content, sandbox.read(content)


def _content(path: Path, limits: Limits) -> bytes:
    """The file's bytes; of one past the limit as many as show that it is."""
    with path.open("rb") as file:
        return file.read(limits.file_bytes + 1)
