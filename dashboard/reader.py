"""How a sender's bytes are read: the one place that decides it."""

from etl.config import settings
from etl.form import load_form
from etl.reading import Return, read_returns


def read(content: bytes) -> list[Return]:
    """The returns in a file; one that is none gives a return without base that says why."""
    return read_returns(content, load_form(), settings().limits)
