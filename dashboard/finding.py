"""Finding by name: in both languages, by code, by pinyin and its initials. Names are spelled once and kept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

NAMES_KEPT = 1 << 16
"""Of how many names the pinyin is kept: more than any programme has bases."""
LOOSE = 3
"""From so many letters on, initials need not follow each other: "fjqy" finds 福建示例企业基地."""
RUNS = re.compile(r"([\u4e00-\u9fff]+)|([^\u4e00-\u9fff]+)")
SEPARATOR = "\n"
"""Stands between an entry's spellings; nobody can type it into the field."""


@dataclass(frozen=True)
class Entry:
    """Something to be found: its address and what it is called."""

    href: str
    en: str
    zh: str
    code: str = ""

    def name(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    @cached_property
    def spellings(self) -> str:
        """All that it may be called, in one text."""
        return SEPARATOR.join((self.code.lower(), self.en.lower(), self.zh.lower(), *spelled(self.zh)))

    @cached_property
    def initials(self) -> str:
        return spelled(self.zh)[1]


@dataclass(frozen=True)
class Found:
    """The best entries, and how many there are in all."""

    entries: tuple[Entry, ...]
    total: int


@lru_cache(maxsize=NAMES_KEPT)
def spelled(name: str) -> tuple[str, str]:
    """福建01 → ("fujian01", "fj01"): pinyin, and its first letters. What is not Chinese stays as it is."""
    from pypinyin import lazy_pinyin  # here, because it takes 50 MB that only a server needs which is searched

    syllables: list[str] = []
    for chinese, other in RUNS.findall(name.lower()):
        syllables += lazy_pinyin(chinese) if chinese else other
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


def find(entries: Iterable[Entry], query: str, most: int) -> Found:
    """The entries that hold every word of the query, the closest first."""
    words = query.lower().split()
    if not words:
        return Found((), 0)
    matches = [entry for entry in entries if _holds(entry, words)]
    whole = " ".join(words)
    matches.sort(key=lambda entry: (_distance(entry, whole), len(entry.zh), entry.code))
    return Found(tuple(matches[:most]), len(matches))


def _holds(entry: Entry, words: Sequence[str]) -> bool:
    return all(word in entry.spellings or _runs_through(word, entry) for word in words)


def _runs_through(word: str, entry: Entry) -> bool:
    """Whether the letters stand in that order among the initials, or the characters in the Chinese name."""
    if len(word) < LOOSE:
        return False
    return _in_order(word, entry.initials) or _in_order(word, entry.zh)


def _in_order(word: str, text: str) -> bool:
    place = 0
    for letter in word:
        place = text.find(letter, place) + 1
        if not place:
            return False
    return True


def _distance(entry: Entry, query: str) -> int:
    """0 the code itself, 1 a spelling begins with it, 2 a word does, 3 it stands within, 4 its letters or words do."""
    if query == entry.code.lower():
        return 0
    text = SEPARATOR + entry.spellings
    if SEPARATOR + query in text:
        return 1
    if f" {query}" in text:
        return 2
    return 3 if query in text else 4
