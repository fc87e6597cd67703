"""Bytes that wait for their turn: in memory while there is room, then on disk."""

from collections.abc import Hashable
from tempfile import SpooledTemporaryFile

ROOM = 64 * 2**20
"""Bytes kept in memory."""


class Spool:
    """What is put in can be read again by its key. The file on disk never has a name, so nothing is left of it, however
    this process ends."""

    def __init__(self, room: int = ROOM):
        self._file = SpooledTemporaryFile(max_size=room)  # noqa: SIM115 (closed when the spool is left)
        self._places: dict[Hashable, tuple[int, int]] = {}
        self._end = 0

    def put(self, key: Hashable, data: bytes) -> None:
        self._file.seek(self._end)
        self._file.write(data)
        self._places[key] = (self._end, len(data))
        self._end += len(data)

    def get(self, key: Hashable) -> bytes:
        """Raises KeyError for a key that nothing was put under."""
        start, length = self._places[key]
        self._file.seek(start)
        return self._file.read(length)

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
