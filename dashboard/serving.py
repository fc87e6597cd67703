"""gunicorn, started from within."""

import gc
from typing import Any

from gunicorn.app.base import BaseApplication

THREADS = 8
"""For one process: the cache of results is in it."""


class Gunicorn(BaseApplication):
    """Serves one WSGI application with the given settings."""

    def __init__(self, application: Any, options: dict[str, Any]):
        self.application, self.options = application, options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        _spare_the_collector()
        return self.application


def _spare_the_collector() -> None:
    """What is there at the start stays, and answers about thousands of bases make many objects that all go at once:
    looking through everything for cycles every few thousand objects took a third of such an answer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
