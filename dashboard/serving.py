"""gunicorn, started from within."""

import gc
import logging
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from dashboard import logs
from etl.config import Settings, settings


class Log(Logger):
    """gunicorn's own lines, in the form of all others and with nothing in them that is somebody's."""

    def _set_handler(self, log: logging.Logger, output: Any, fmt: Any, stream: Any = None) -> None:
        form = logs.formatter(settings().log_format)
        super()._set_handler(log, output, form, stream)  # type: ignore[misc]  # the types of gunicorn leave it out


class Worker(ThreadWorker):
    """Closes its door when it is told to stop: who comes later is refused at once, and does not wait in front of it until
    the last request has been answered, to be turned away then."""

    def set_accept_enabled(self, enabled: bool | None) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            for door in self.sockets:
                door.close()


def options(chosen: Settings) -> dict[str, Any]:
    """One process, because the cache of results is in it. It writes no access log: dashboard/watching.py does. Proxies
    are believed in one place, dashboard/behind.py; and there is no socket by which it could be controlled."""
    return {
        "bind": f"{chosen.host}:{chosen.port}",
        "workers": 1,
        "worker_class": Worker,
        "threads": chosen.threads,
        "timeout": chosen.worker_timeout,
        "graceful_timeout": chosen.graceful_timeout,
        "keepalive": chosen.keep_alive,
        "accesslog": None,
        "loglevel": chosen.log_level,
        "logger_class": Log,
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
    }


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
