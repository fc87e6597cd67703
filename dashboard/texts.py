"""The words of the screens: text/en/TOPIC.yml and text/zh/TOPIC.yml, with the same keys; {places} are filled by the code."""

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
    return {
        key: text
        for file in sorted((FOLDER / language).glob("*.yml"))
        for key, text in _flat(yaml.safe_load(file.read_text(encoding="utf-8")), f"{file.stem}.")
    }


def _flat(tree: dict, prefix: str = ""):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


@cache
def speaker(language: str) -> Say:
    """say("cases.title", n=3) → the text in that language with its places filled. An unknown key raises KeyError."""
    known = texts(language)

    def say(key: str, **places: object) -> str:
        return known[key].format(**places)

    return say
