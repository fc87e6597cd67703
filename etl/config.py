"""Settings, each with its default. The only module that reads the environment."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# openpyxl takes lxml where that is installed (python-docx brings it); etl.editing gives it the standard library's elements.
os.environ.setdefault("OPENPYXL_LXML", "False")

ROOT = Path(__file__).resolve().parent.parent

Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True)
class Limits:
    """What a file may cost at most; past any of these it is refused with a finding that names the limit."""

    file_bytes: int = 20 * 2**20
    unpacked_bytes: int = 200 * 2**20
    ratio: int = 100
    sheets: int = 60
    cells: int = 2_000_000
    roster_rows: int = 50_000
    text_length: int = 1_000
    parse_memory_bytes: int = 2**30
    parse_seconds: int = 30
    paper_bytes: int = 10 * 2**20


@dataclass(frozen=True)
class Settings:
    database_url: str = f"sqlite:///{ROOT / 'var' / 'warehouse.db'}"
    form_dir: Path = ROOT / "etl" / "form"
    definitions_dir: Path = ROOT / "indicators" / "definitions"
    method_file: Path = ROOT / "indicators" / "method.yml"
    host: str = "127.0.0.1"
    port: int = 8050
    secret_key: str | None = None
    public_url: str | None = None
    """Where people reach the dashboard, such as https://basewatch.example.org; with https, cookies go over nothing else."""
    session_hours: int = 12
    """After so many hours everybody signs in again."""
    idle_minutes: int = 120
    """As after so many minutes without a request."""
    due_days: int = 20
    """Days after a quarter's end on which its return is due, unless `etl periods --due` says otherwise."""
    time_zone: str = "Asia/Shanghai"
    """In which a day begins and ends: what counts for being on time."""
    help_file: Path | None = None
    """Whom to ask, and the days on which publications are planned; not set until somebody does."""
    development: bool = False
    """Whether the page of patterns is there, for those who build the product."""
    threads: int = 8
    """That answer requests, in the one process that serves: the cache of results is in it."""
    worker_timeout: int = 60
    """Seconds after which a process that gives no sign of life is replaced."""
    graceful_timeout: int = 30
    """Seconds that running requests have to end when the server is stopped."""
    keep_alive: int = 5
    """Seconds for which a connection without a request is kept."""
    forwarded_allow_ips: Networks = ()
    """Proxies that are believed when they say for whom they ask, and how."""
    log_format: str = "json"
    log_level: str = "info"
    metrics_allow_ips: Networks = ()
    metrics_token: str | None = None
    """Who may ask for metrics: from these addresses, or with this token. Without either nobody may."""
    smtp_url: str | None = None
    mail_from: str | None = None
    remind_before_days: int = 5
    remind_after_days: int = 1
    """On which day before, and on which after the due day a base is reminded by e-mail; 0: not at all."""
    limits: Limits = field(default_factory=Limits)


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        raise ValueError(text) from None
    return text


def _switch(text: str) -> bool:
    switches = {"1": True, "0": False}
    if text not in switches:
        raise ValueError(text)
    return switches[text]


def _positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def _days(text: str) -> int:
    if int(text) < 0:
        raise ValueError(text)
    return int(text)


def _networks(text: str) -> Networks:
    """Addresses and networks, with commas between them."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return read


# Environment variable → where it goes and how its text is read.
VARIABLES = {
    "DATABASE_URL": ("database_url", str),
    "FORM_DIR": ("form_dir", Path),
    "DEFINITIONS_DIR": ("definitions_dir", Path),
    "METHOD_FILE": ("method_file", Path),
    "HOST": ("host", str),
    "PORT": ("port", int),
    "SECRET_KEY": ("secret_key", str),
    "PUBLIC_URL": ("public_url", str),
    "SESSION_HOURS": ("session_hours", int),
    "IDLE_MINUTES": ("idle_minutes", int),
    "DUE_DAYS": ("due_days", int),
    "TIME_ZONE": ("time_zone", _time_zone),
    "HELP_FILE": ("help_file", Path),
    "DEVELOPMENT": ("development", _switch),
    "THREADS": ("threads", _positive),
    "WORKER_TIMEOUT": ("worker_timeout", _positive),
    "GRACEFUL_TIMEOUT": ("graceful_timeout", _positive),
    "KEEP_ALIVE": ("keep_alive", _positive),
    "FORWARDED_ALLOW_IPS": ("forwarded_allow_ips", _networks),
    "LOG_FORMAT": ("log_format", _one_of("json", "text")),
    "LOG_LEVEL": ("log_level", _one_of("debug", "info", "warning", "error")),
    "METRICS_ALLOW_IPS": ("metrics_allow_ips", _networks),
    "METRICS_TOKEN": ("metrics_token", str),
    "SMTP_URL": ("smtp_url", str),
    "MAIL_FROM": ("mail_from", str),
    "REMIND_BEFORE_DAYS": ("remind_before_days", _days),
    "REMIND_AFTER_DAYS": ("remind_after_days", _days),
}
SECRETS = ("DATABASE_URL", "SECRET_KEY", "METRICS_TOKEN", "SMTP_URL")
"""Variables that may stand in a file of their own, which the variable with _FILE at its end names."""
WHOLE_NUMBERS = (int, _positive, _days)
LIMIT_VARIABLES = {f"LIMIT_{name.upper()}": name for name in Limits.__dataclass_fields__}


class SettingError(ValueError):
    """An environment variable whose text cannot be read."""


@cache
def settings() -> Settings:
    """The settings in force, read once; `settings.cache_clear()` makes the next call read them again.

    Raises SettingError, naming the variable, when a value cannot be read.
    """
    chosen = {
        name: _read(text, variable, kind) for variable, (name, kind) in VARIABLES.items() if (text := _text(variable))
    }
    limits = {
        name: _read(text, variable, int) for variable, name in LIMIT_VARIABLES.items() if (text := _text(variable))
    }
    return Settings(**chosen, limits=Limits(**limits))


def _text(variable: str) -> str:
    """What the variable says, or for a secret the file that is named instead; empty when it is not set."""
    text = os.environ.get(variable, "")
    file = os.environ.get(f"{variable}_FILE") if variable in SECRETS else None
    if not file:
        return text
    if text:
        raise SettingError(f"both {variable} and {variable}_FILE are set; unset one of them")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingError(f"{variable}_FILE={file!r} cannot be read; correct it or unset it") from None


def _read(text: str, variable: str, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(text)
    except ValueError:
        wanted = "a whole number" if kind in WHOLE_NUMBERS else "known"
        raise SettingError(f"{variable}={text!r} is not {wanted}; correct it or unset it") from None
