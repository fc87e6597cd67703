"""The words of the screens in both languages: text/en.yml and text/zh.yml, with the same keys."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("en", "zh")
HTML_LANG = {"en": "en", "zh": "zh-CN"}
FOLDER = Path(__file__).parent / "text"

Say = Callable[..., str]


@cache
def texts(language: str) -> dict[str, str]:
    """Key → text, such as "overview.title"."""
    return dict(_flat(yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))))


def _flat(tree: dict, prefix: str = ""):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


@cache
def speaker(language: str) -> Say:
    """say("flags.title", n=3) → the text in that language with its places filled. An unknown key raises KeyError."""
    known = texts(language)

    def say(key: str, **places: object) -> str:
        return known[key].format(**places)

    return say
