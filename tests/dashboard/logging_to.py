"""What the application logs, read while it runs."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard import logs


class Log:
    """The lines so far."""

    def __init__(self, stream: io.StringIO):
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict]:
        return [line for line in self.lines if line["event"] == event]


@contextmanager
def logging_to(form: str = "json") -> Iterator[Log]:
    """Everything is logged, whatever its level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(form))
    root, before = logging.getLogger(), logs.LOGGER.level
    root.addHandler(handler)
    logs.LOGGER.setLevel(logging.DEBUG)
    try:
        yield Log(stream)
    finally:
        root.removeHandler(handler)
        logs.LOGGER.setLevel(before)
