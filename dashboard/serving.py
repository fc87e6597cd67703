"""gunicorn, started from within."""

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
        return self.application
