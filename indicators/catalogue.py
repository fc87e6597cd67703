"""The files of the catalogue kept under their hashes, so that any past method can be loaded again."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, select

from etl import schema
from etl.catalogue import CatalogueError
from etl.config import settings
from etl.form import Form, load_form
from etl.warehouse import insert
from indicators.definition import Definitions, file_hash, load_definitions

FORM, DEFINITIONS, METHOD = "form", "definitions", "method"


class NotKept(LookupError):
    """A past catalogue cannot be loaded; the message says why and what to do."""


def keep(connection: Connection, texts: Mapping[str, str]) -> None:
    """Keeps texts by their hash; those that are kept already stay as they are."""
    table = schema.catalogue
    known = set(connection.execute(select(table.c.hash).where(table.c.hash.in_(list(texts)))).scalars())
    insert(connection, table, [{"hash": key, "text": text} for key, text in texts.items() if key not in known])


def kept(connection: Connection, key: str) -> str:
    """Raises NotKept."""
    text = connection.execute(select(schema.catalogue.c.text).where(schema.catalogue.c.hash == key)).scalar()
    if text is None:
        raise NotKept(f"what has the hash {key[:12]}… is not kept in this warehouse; only publications keep it")
    return text


def texts(definitions: Definitions) -> dict[str, str]:
    """Hash → text, of the files that `definitions` were loaded from. Raises NotKept when they have been edited since."""
    chosen = settings()
    form, indicators = sorted(chosen.form_dir.glob("*.yml")), sorted(chosen.definitions_dir.glob("*.yml"))
    if (file_hash([*form, *indicators]), file_hash([chosen.method_file])) != _hashes(definitions):
        raise NotKept("the catalogue's files were edited while this was running; run the command again")
    return {
        definitions.definitions_hash: json.dumps({FORM: _read(form), DEFINITIONS: _read(indicators)}),
        definitions.method_hash: json.dumps({METHOD: _read([chosen.method_file])}),
    }


def load(connection: Connection, definitions_hash: str, method_hash: str) -> tuple[Form, Definitions]:
    """The form, the definitions and the method of those hashes. Raises NotKept."""
    current = load_definitions()
    if (definitions_hash, method_hash) == _hashes(current):
        return load_form(), current
    form, found = _understood(kept(connection, definitions_hash), kept(connection, method_hash))
    if _hashes(found) != (definitions_hash, method_hash):
        raise NotKept(f"the catalogue kept as {definitions_hash[:12]}… is damaged; restore the warehouse from a backup")
    return form, found


@lru_cache(maxsize=16)
def _understood(*texts_kept: str) -> tuple[Form, Definitions]:
    """What those texts say. Pages ask for it at every request, and reading it takes a second. Raises NotKept."""
    files: dict[str, dict[str, str]] = {}
    for text in texts_kept:
        files |= json.loads(text)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, path in _paths(folder, files):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(part.encode())
        (method,) = (folder / METHOD).iterdir()
        try:
            return load_form(folder / FORM), load_definitions(folder / DEFINITIONS, method, folder / FORM)
        except CatalogueError as error:
            raise NotKept(f"the catalogue of then is not understood by this version of Basewatch: {error}") from None


def _hashes(definitions: Definitions) -> tuple[str, str]:
    return definitions.definitions_hash, definitions.method_hash


def _read(paths: Sequence[Path]) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in paths}


def _paths(folder: Path, files: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, Path]]:
    for part, texts_of in files.items():
        for name, text in texts_of.items():
            yield text, folder / part / name
