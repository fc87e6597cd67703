"""Behind a proxy: what it says of whom it asks for is believed, if it is one of those that the settings name."""

from collections.abc import Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.health import is_among
from etl.config import Networks


class TrustedProxy:
    """Takes the caller's address and scheme from X-Forwarded-For and -Proto when a trusted proxy asks; else those
    headers are nothing but what anybody can write. The host is never taken from a header of its own: a proxy passes
    `Host` on."""

    def __init__(self, application: Any, trusted: Networks):
        self.application, self.trusted = application, trusted
        self.believing = ProxyFix(application, x_for=1, x_proto=1, x_host=0, x_port=0, x_prefix=0)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chosen = self.believing if is_among(environ.get("REMOTE_ADDR"), self.trusted) else self.application
        return chosen(environ, start_response)
