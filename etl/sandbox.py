"""Where strange bytes are opened: in child processes with limits of memory and time, one file at a time each.

A child holds no database and no memory of this process: it is a fresh interpreter that knows the form and the limits
(etl/child.py). It is kept for the next file, and replaced when it has died, was stopped past a limit, or has grown.
Whatever becomes of it, the answer is a result or a finding.

Each child has a socket of its own, so one that dies in the middle of a message disturbs no other and leaves no lock.
"""

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from io import BytesIO
from itertools import islice
from multiprocessing.connection import Connection
from queue import LifoQueue
from typing import Any, NamedTuple, TypeVar

from etl.child import DONE, FAILED, NO_MEMORY, READY
from etl.config import ROOT, Limits, settings
from etl.form import Form, load_form
from etl.intake import Refused, no_workbook, past
from etl.picture import Table
from etl.reading import Return, refused_return

_AHEAD = 8
"""Files that each child may be ahead of the one whose result is taken."""
_START_SECONDS = 60
_MOMENT = 0.02
_log = logging.getLogger(__name__)

Given = TypeVar("Given")
Result = TypeVar("Result")


class SandboxError(RuntimeError):
    """No child can be started: nothing is wrong with a file, but with this machine or a setting."""


class Sandbox:
    """A few children, started when they are first needed. Threads may share it, and a forked process gets its own
    children. `stop` ends them; the next file starts new ones. They end with this process at the latest."""

    def __init__(self, form: Form, limits: Limits, children: int = 1):
        self.limits = limits
        hello = pickle.dumps((form, limits))
        self._children = [_Child(hello) for _ in range(max(1, children))]
        self._set_free()
        weakref.finalize(self, _stop, self._children)
        _all.add(self)

    def start(self) -> None:
        """Starts the children without waiting for them, where the caller has other things to do first."""
        for child in self._children:
            child.start()

    def stop(self) -> None:
        _stop(self._children)

    def read(self, content: bytes) -> list[Return]:
        """What read_returns gives, or one Return that says which limit was passed or that the reader broke off."""
        try:
            return self._ask("read", content)
        except Refused as refused:
            return refused_return(refused)

    def pack(self, content: bytes) -> "Packed":
        """What `read` gives, to be unpacked when its turn comes."""
        try:
            return Packed(*self._ask("pack", content))
        except Refused as refused:
            return Packed("", "", pickle.dumps(refused_return(refused)))

    def annotate(self, content: bytes, returns: Sequence[Return], _: Form, file: str = "") -> bytes | None:
        """What etl.annotate.annotate gives; None also when it cannot be done within the limits."""
        try:
            return self._ask("annotated", content, returns, file)
        except Refused:
            return None

    def picture(self, content: bytes, sheet: str, base: str, period: str, row: int) -> Table | None:
        """What etl.picture.table gives. Raises Refused as it does, and when a limit is passed."""
        return self._ask("pictured", content, sheet, base, period, row)

    def map(self, function: Callable[[Given], Result], items: Iterable[Given]) -> Iterator[Result]:
        """The function's results in the order of the items, for as many at once as there are children. The function
        runs in threads of this process and asks this sandbox."""
        left = iter(items)
        threads = ThreadPoolExecutor(len(self._children), thread_name_prefix="sandbox")
        pending: deque[Future[Result]] = deque()
        finished = False
        try:
            pending.extend(threads.submit(function, item) for item in islice(left, len(self._children) * _AHEAD))
            while pending:
                result = pending[0].result()
                pending.popleft()
                yield result
                pending.extend(threads.submit(function, item) for item in islice(left, 1))
            finished = True
        finally:
            threads.shutdown(wait=finished, cancel_futures=True)
            if not finished:
                self._break_off(pending)

    def _break_off(self, reading: Iterable[Future]) -> None:
        """Ends the children until nothing is read any more: a thread may have been about to start one."""
        while wait(reading, _MOMENT).not_done:
            for child in self._children:
                child.kill()

    def _ask(self, task: str, *arguments: Any) -> Any:
        """Raises Refused with the finding when the child passed a limit or ended."""
        request = pickle.dumps((task, arguments))
        child = self._free.get()
        try:
            ended, result, spent = _loaded(child.ask(request, self.limits.parse_seconds))
            if spent:
                child.stop()
        except _Ended as end:
            raise self._refusal(end) from None
        except BaseException:  # an interruption: the answer to this request must not become that to the next
            child.stop()
            raise
        finally:
            self._free.put(child)
        if ended == DONE:
            return result
        if ended == NO_MEMORY:
            raise self._no_memory()
        _log.info("a file could not be read:\n%s", result)
        raise _broken_off()

    def _refusal(self, end: "_Ended") -> Refused:
        if end.status in (None, -signal.SIGXCPU):
            seconds = self.limits.parse_seconds
            return past("time for reading", "读取时间", f"{seconds} seconds", f"{seconds}秒")
        if end.status == -signal.SIGABRT:  # how the parser, which is written in Rust, ends when it gets no memory
            return self._no_memory()
        _log.info("the process that read a file ended with status %s", end.status)
        return _broken_off()

    def _no_memory(self) -> Refused:
        return past("memory for reading", "读取所需内存", f"{self.limits.parse_memory_bytes // 2**20:,} MiB")

    def _set_free(self) -> None:
        self._free: LifoQueue[_Child] = LifoQueue()
        for child in self._children:
            self._free.put(child)

    def _forget(self) -> None:
        """After a fork: the children are the other process's, and its threads may have held the queue's lock."""
        for child in self._children:
            child.forget()
        self._set_free()


class Packed(NamedTuple):
    """A file's returns as its child sent them, and what puts files in order (see etl.reading.identity)."""

    period: str
    base: str
    data: bytes


def unpacked(data: bytes) -> list[Return]:
    """The returns of a Packed."""
    try:
        return _Data(BytesIO(data)).load()
    except pickle.UnpicklingError as error:
        _log.info("a file could not be read:\n%s", error)
        return refused_return(_broken_off())


def shared(children: int = 2) -> Sandbox:
    """The process's own sandbox with so many children, for the form and the limits in force. Whoever needs only one
    child starts only one."""
    return _shared(load_form(), settings().limits, children)


@cache
def _shared(form: Form, limits: Limits, children: int) -> Sandbox:
    return Sandbox(form, limits, children)


class _Ended(Exception):
    """A child ended instead of answering: with that exit status, or None when it was stopped because time was up."""

    def __init__(self, status: int | None):
        super().__init__(status)
        self.status = status


class _Child:
    """One child process; started anew when it has ended."""

    def __init__(self, hello: bytes):
        self._hello = hello
        self._process: subprocess.Popen | None = None
        self._ready = False

    def start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        ours, theirs = socket.socketpair()
        self._connection, self._ready = Connection(ours.detach()), False
        with theirs:
            end, nothing = theirs.fileno(), subprocess.DEVNULL
            command = [sys.executable, "-m", "etl.child", str(end)]
            self._process = subprocess.Popen(
                command, cwd=ROOT, pass_fds=[end], stdin=nothing, stdout=nothing, stderr=nothing
            )

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The child's answer. Raises _Ended when it gives none, SandboxError when none can be started."""
        self.start()
        if not self._ready:
            self._greet()
        try:
            self._connection.send_bytes(request)
            if self._connection.poll(seconds):
                return self._connection.recv_bytes()
        except (EOFError, OSError):
            raise _Ended(self.stop(_DYING_SECONDS)) from None
        self.stop()
        raise _Ended(None)

    def _greet(self) -> None:
        try:
            self._connection.send_bytes(self._hello)
            self._ready = self._connection.poll(_START_SECONDS) and self._connection.recv_bytes() == READY
        except (EOFError, OSError):
            pass
        if not self._ready:
            status = self.stop(_DYING_SECONDS)
            raise SandboxError(
                f"the process that opens workbooks cannot start (status {status}); "
                "if LIMIT_PARSE_MEMORY_BYTES is set, give it more"
            )

    def stop(self, patience: float = 0) -> int | None:
        """Ends the process, after giving it that many seconds to end by itself; its exit status."""
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            if not patience:
                process.kill()
            return process.wait(patience or None)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        finally:
            self._connection.close()

    def kill(self) -> None:
        """Ends the process from another thread than the one that asks it, which will find that it has gone."""
        if (process := self._process) is not None:
            process.kill()

    def forget(self) -> None:
        """Lets go of a process that belongs to the one this was forked from."""
        if self._process is not None:
            self._connection.close()
            self._process.returncode = 0  # not ours to wait for
            self._process = None


_DYING_SECONDS = 5.0
"""How long a process whose socket has closed may take to leave its exit status."""


class _Data(pickle.Unpickler):
    """What a child may answer with: our own plain classes and days, nothing that could do something."""

    _MODULES = ("etl.reading", "etl.findings", "etl.catalogue", "etl.picture", "datetime")

    def find_class(self, module: str, name: str) -> Any:
        if module not in self._MODULES or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name} is no answer")
        found = super().find_class(module, name)
        if not isinstance(found, type) or found.__module__ != module:  # what a module has only imported
            raise pickle.UnpicklingError(f"{module}.{name} is no answer")
        return found


def _loaded(answer: bytes) -> tuple[str, Any, bool]:
    try:
        return _Data(BytesIO(answer)).load()
    except pickle.UnpicklingError as error:
        return FAILED, str(error), True


def _broken_off() -> Refused:
    return no_workbook("reading it broke off", "读取时异常中断")


def _stop(children: list[_Child]) -> None:
    for child in children:
        child.stop()


_all: "weakref.WeakSet[Sandbox]" = weakref.WeakSet()


def _forget_all() -> None:
    for sandbox in list(_all):
        sandbox._forget()


os.register_at_fork(after_in_child=_forget_all)
