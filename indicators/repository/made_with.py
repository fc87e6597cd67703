"""The form, the definitions and the method that a publication was made with: its numbers are read by those, not by
today's."""

from dataclasses import dataclass

from sqlalchemy import Connection

from etl.form import Form, load_form
from indicators import catalogue
from indicators.catalogue import NotKept
from indicators.definition import Definitions, load_definitions
from indicators.repository.publications import Publication
from indicators.scope import Scope


@dataclass(frozen=True)
class MadeWith:
    """`as_today`: whether they are today's. Where a working publication was made with others, these are today's all the
    same: of a working publication nothing is kept, it is due to be computed again."""

    form: Form
    definitions: Definitions
    as_today: bool


def made_with(connection: Connection, scope: Scope, publication: Publication) -> MadeWith:
    """Every scope sees the same. Raises NotKept when the catalogue of then cannot be loaded any more."""
    now = load_definitions()
    hashes = (publication.definitions_hash, publication.method_hash)
    as_today = hashes == (now.definitions_hash, now.method_hash)
    if as_today or not publication.settled:
        return MadeWith(load_form(), now, as_today)
    return MadeWith(*catalogue.load(connection, *hashes), as_today=False)


def read_by(connection: Connection, scope: Scope, publication: Publication) -> MadeWith:
    """By which a publication's numbers are named and read. Where those of then cannot be loaded any more, today's: the
    numbers themselves are stored and stay what they are."""
    try:
        return made_with(connection, scope, publication)
    except NotKept:
        return today()


def definitions_of(connection: Connection, scope: Scope, publication: Publication) -> Definitions:
    """The definitions of `read_by`."""
    return read_by(connection, scope, publication).definitions


def today() -> MadeWith:
    """What is in force."""
    return MadeWith(load_form(), load_definitions(), as_today=True)
