"""The process in which strange bytes are opened: one request after another, within limits of memory and time.

Started by etl/sandbox.py, which tells it the form and the limits, and asks through one socket. It never writes a file,
and it ends when that socket does, or when the process that started it has gone.
"""

import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from etl.config import Limits
from etl.form import Form
from etl.picture import Table, table
from etl.reading import Return, identity, read_returns

READY = b"ready"
DONE, NO_MEMORY, FAILED = "done", "no memory", "failed"

_PATIENCE = 5.0
"""Seconds after which a child without work looks whether anybody is still there to give it some."""
_ROOM = 32 * 2**20
_SPENT = 3
"""A child that has kept this part of its memory is replaced: a later file shall find as much room as the first."""


def read(form: Form, limits: Limits, content: bytes) -> list[Return]:
    return read_returns(content, form, limits)


def pack(form: Form, limits: Limits, content: bytes) -> tuple[str, str, bytes]:
    returns = read_returns(content, form, limits)
    return *identity(returns), pickle.dumps(returns)


def annotated(form: Form, _: Limits, content: bytes, findings: list[Return], file: str) -> bytes | None:
    from etl.annotate import annotate  # not above: openpyxl takes long to import, and few files come here

    return annotate(content, findings, form, file)


def pictured(form: Form, limits: Limits, content: bytes, *where: Any) -> Table | None:
    return table(content, form, limits, *where)


TASKS: dict[str, Callable[..., Any]] = {task.__name__: task for task in (read, pack, annotated, pictured)}


def serve(connection: Connection) -> None:
    """Answers requests (task, arguments) with (how it ended, result, whether this process should be replaced)."""
    started_by = os.getppid()
    form, limits = pickle.loads(connection.recv_bytes())  # noqa: S301 (from the process that started this one)
    _confine(limits)
    connection.send_bytes(READY)
    out_of_memory = pickle.dumps((NO_MEMORY, None, True))  # made while there is some
    while True:
        while not connection.poll(_PATIENCE):
            if os.getppid() != started_by:
                return
        try:
            _allow_seconds(limits.parse_seconds)
            task, arguments = pickle.loads(connection.recv_bytes())  # noqa: S301
            answer = _answer(TASKS[task], form, limits, arguments)
        except MemoryError:
            answer = out_of_memory
        connection.send_bytes(answer)


def _answer(task: Callable[..., Any], form: Form, limits: Limits, arguments: tuple) -> bytes:
    try:
        return pickle.dumps((DONE, task(form, limits, *arguments), _is_spent(limits)))
    except MemoryError:
        raise
    except BaseException:  # whatever a strange file makes of a parser, a panic of one written in Rust included
        return pickle.dumps((FAILED, traceback.format_exc(), True))


def _confine(limits: Limits) -> None:
    """Raises MemoryError when that leaves no room for any workbook."""
    for what, most in ((resource.RLIMIT_AS, limits.parse_memory_bytes), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a socket is no file
    bytearray(_ROOM)


def _allow_seconds(seconds: int) -> None:
    """Sets the limit of processor time, which is for the whole life of a process, to what was used and so many more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, most))


def _is_spent(limits: Limits) -> bool:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize() > limits.parse_memory_bytes / _SPENT


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it says when it ends
    with suppress(EOFError, ConnectionError):  # nobody asks any more
        serve(Connection(int(sys.argv[1])))
