"""Reading the catalogue's YAML: every mistake in every file is collected, with file and line, and told at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is built in: ten times as fast, with the same lines."""

Location = tuple[str | int, ...]


class Entry(BaseModel):
    """What every entry of the catalogue shares: an unknown key is a mistake, not a comment."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Entry):
    """A text in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class CatalogueError(Exception):
    """The catalogue has mistakes; `mistakes` are lines "file:line: what is wrong"."""

    def __init__(self, mistakes: list[str]):
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass
class YamlFile:
    """One file's data and the line on which each of its parts begins."""

    path: Path
    data: object
    lines: dict[Location, int]

    def line(self, location: Location) -> int:
        """The line of the deepest part of `location` that is in the file."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


Model = TypeVar("Model", bound=BaseModel)


@dataclass
class Mistakes:
    """Collects mistakes over all files; `settle` raises them together."""

    found: list[str] = field(default_factory=list)

    def add(self, file: YamlFile, location: Location, message: str) -> None:
        self.found.append(f"{file.path}:{file.line(location)}: {message}")

    def read(self, path: Path) -> YamlFile:
        """The file's data; an unreadable file counts as a mistake and reads as None."""
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
            if node is None:
                return self._unreadable(path, 1, "is empty")
            data, lines = yaml.constructor.SafeConstructor().construct_document(node), dict(_lines(node))
        except OSError as error:
            return self._unreadable(path, 1, f"cannot be read ({error.strerror})")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return self._unreadable(path, line, "is not UTF-8; save the file as UTF-8")
        except RecursionError:
            return self._unreadable(path, 1, "is not YAML (something contains itself)")
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            return self._unreadable(path, line, f"is not YAML ({getattr(error, 'problem', error)})")
        file = YamlFile(path, data, lines)
        for location in _repeated_keys(node):
            self.add(file, location, f"the key {location[-1]!r} stands here twice")
        return file

    def _unreadable(self, path: Path, line: int, message: str) -> YamlFile:
        self.found.append(f"{path}:{line}: {message}")
        return YamlFile(path, None, {})

    def validate(self, model: type[Model], file: YamlFile, location: Location = ()) -> Model | None:
        """The part of the file at `location` as `model`, or None with its mistakes added."""
        data = file.data
        for step in location:
            data = data[step]  # type: ignore[index]
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for fault in error.errors():
                where = ".".join(str(step) for step in fault["loc"])
                self.add(file, (*location, *fault["loc"]), f"{where}: {fault['msg']}" if where else fault["msg"])
            return None

    def validate_list(
        self, model: type[Model], file: YamlFile, location: Location = ()
    ) -> list[tuple[Location, Model]]:
        """Each valid entry of the list at `location`, with its own location."""
        data = file.data
        for step in location:
            data = data.get(step) if isinstance(data, dict) else None
        if data is None and file.data is None:
            return []  # told already
        if not isinstance(data, list):
            self.add(file, location, f"{'.'.join(map(str, location)) or 'the file'}: a list is expected here")
            return []
        entries = (((*location, i), self.validate(model, file, (*location, i))) for i in range(len(data)))
        return [(where, entry) for where, entry in entries if entry is not None]

    def settle(self) -> None:
        if self.found:
            raise CatalogueError(self.found)


def _lines(node: yaml.Node, location: Location = ()) -> Iterator[tuple[Location, int]]:
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*location, key.value), key.start_mark.line + 1
            yield from (part for part in _lines(value, (*location, key.value)) if part[0] != (*location, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _lines(value, (*location, i))


def _repeated_keys(node: yaml.Node, location: Location = ()) -> Iterator[Location]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*location, key.value)
            seen.add(key.value)
            yield from _repeated_keys(value, (*location, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _repeated_keys(value, (*location, i))
