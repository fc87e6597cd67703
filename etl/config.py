"""Settings, each with its default. The only module that reads the environment."""

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

# openpyxl takes lxml where that is installed (python-docx brings it); etl.editing gives it the standard library's elements.
os.environ.setdefault("OPENPYXL_LXML", "False")

ROOT = Path(__file__).resolve().parent.parent


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
}
LIMIT_VARIABLES = {f"LIMIT_{name.upper()}": name for name in Limits.__dataclass_fields__}


class SettingError(ValueError):
    """An environment variable whose text cannot be read."""


@cache
def settings() -> Settings:
    """The settings in force, read once; `settings.cache_clear()` makes the next call read them again.

    Raises SettingError, naming the variable, when a value cannot be read.
    """
    chosen = {name: _read(variable, kind) for variable, (name, kind) in VARIABLES.items() if os.environ.get(variable)}
    limits = {name: _read(variable, int) for variable, name in LIMIT_VARIABLES.items() if os.environ.get(variable)}
    return Settings(**chosen, limits=Limits(**limits))


def _read(variable: str, kind: type):
    text = os.environ[variable]
    try:
        return kind(text)
    except ValueError:
        wanted = "a whole number" if kind is int else "known"
        raise SettingError(f"{variable}={text!r} is not {wanted}; correct it or unset it") from None
