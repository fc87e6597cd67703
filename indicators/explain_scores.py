"""From a pillar, the index, a lamp or a grade down to the cells: components with their weights and scores, indicators,
operands; and up to the paragraphs of the opinion that ask for them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from etl import schema
from etl.catalogue import Text
from etl.form import Form, load_form
from etl.registry import Registry
from indicators import recompute, said_verdicts
from indicators.composite import components
from indicators.definition import Definitions, load_definitions
from indicators.explain import Explanation, Unexplained, explain, explain_indicator, paragraphs
from indicators.publish import WORKING, publication_name
from indicators.ranking import latest_publication
from indicators.recompute import Made
from indicators.trace import trace_of
from indicators.verdicts.reasons import Reason
from indicators.verdicts.words import in_words

LAMP, GRADE = "lamp", "grade"


@dataclass(frozen=True)
class Component:
    """What a score is partly made of. `share`: of the weight that is there, 0 where the component is missing;
    share × score is what it contributes. `why`: why its value is missing; a value that is missing may still score."""

    code: str
    weight: float
    share: float
    score: float | None
    why: str | None
    below: "Score | Explanation"

    @property
    def contribution(self) -> float:
        return self.share * (self.score or 0.0)


@dataclass(frozen=True)
class Score:
    """A pillar or the index of one base as it was published: the sum of its components' contributions."""

    base: str
    period: str
    publication: str
    code: str
    name: dict[str, str]
    value: float | None
    rank: int | None
    low: float | None
    high: float | None
    min_share: float
    """Of the weight, which must be there; else the score is missing."""
    components: tuple[Component, ...]
    paragraphs: list[dict[str, str]]

    def as_json(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__ if name != "components"},
            "components": [
                {
                    "code": part.code,
                    "weight": part.weight,
                    "share": part.share,
                    "score": part.score,
                    "contribution": part.contribution,
                    "why": part.why,
                    "explanation": part.below.as_json(),
                }
                for part in self.components
            ],
        }


@dataclass(frozen=True)
class Judgement:
    """The verdict on one base as it was published, with what each of its reasons is about."""

    base: str
    period: str
    publication: str
    code: str
    value: str | None
    verdict: dict[str, Any]
    reasons: list[tuple[dict[str, Any], "Score | Explanation | None"]]

    def as_json(self) -> dict[str, Any]:
        told = [reason | {"explanation": below.as_json() if below else None} for reason, below in self.reasons]
        named = {name: getattr(self, name) for name in ("base", "period", "publication", "code", "value")}
        return named | self.verdict | {"reasons": told}


@dataclass(frozen=True)
class Whole:
    """Every number of one base in a publication, with the form and the definitions of then. `numbers`: by code, the index
    first, then the pillars, then the indicators of the base's type. `verdict`: by "lamp" and "grade"; empty in what was
    published before verdicts were given."""

    form: Form
    definitions: Definitions
    numbers: Mapping[str, Score | Explanation]
    verdict: Mapping[str, Judgement]

    def find(self, code: str) -> Score | Explanation | Judgement | None:
        return self.numbers.get(code) or self.verdict.get(code)


def explain_whole(connection: Connection, base: str, publication: str) -> Whole:
    """Everything that `explain_published` tells of a base, at once: the same parts are explained once only. Raises as it
    does."""
    made = recompute.made_from(connection, publication)
    definitions, known = made.computed.definitions, made.sources.registry.base(base, made.period)
    if known is None:
        raise Unexplained(f"no base {base} is in the programme in {made.period}")
    below = _explainer(connection, made, base)
    scored = (definitions.method.index.code, *definitions.pillars)
    codes = [code for code in scored if components(definitions, code, known.type)]
    codes += [indicator.code for indicator in definitions.of_type(known.type)]
    verdict = _verdict_row(connection, made, base)
    judged = {code: _judgement(connection, made, base, code, below) for code in (LAMP, GRADE)} if verdict else {}
    return Whole(made.computed.form, definitions, {code: below(code) for code in codes}, judged)


def explain_any(
    connection: Connection, base: str, period: str, code: str, publication: str | None = None
) -> Score | Judgement | Explanation:
    """Any number of a publication: the named one, else the quarter's most settled. An indicator of a quarter that has
    only a working publication is explained from the facts as they are now. Raises as `explain_published`."""
    name = publication or latest_publication(connection, period)
    definitions = load_definitions()
    scored = {*definitions.pillars, definitions.method.index.code, LAMP, GRADE}
    if code not in scored and name in (None, publication_name(period, WORKING, 1)):
        return explain(connection, load_form(), definitions, Registry(connection), base, period, code)
    return explain_published(connection, base, period, code, name)


def explain_published(
    connection: Connection, base: str, period: str, code: str, publication: str | None = None
) -> Score | Judgement | Explanation:
    """Any number of a publication (default: the quarter's most settled). Raises Unexplained for what is not there, and
    Refused and NotKept as `recompute.made_from` does."""
    name = publication or latest_publication(connection, period)
    if name is None:
        raise Unexplained(f"nothing is computed for {period}; run: python -m indicators compute --period {period}")
    made = recompute.made_from(connection, name)
    if made.period != period:
        raise Unexplained(f"{name} is of {made.period}, not of {period}; name a publication of that quarter")
    if made.sources.registry.base(base, period) is None:
        raise Unexplained(f"no base {base} is in the programme in {period}")
    below = _explainer(connection, made, base)
    if code in (LAMP, GRADE):
        return _judgement(connection, made, base, code, below)
    return below(code)


def _explainer(connection: Connection, made: Made, base: str) -> Callable[[str], Score | Explanation]:
    """Explains a code of one base of one publication."""
    form, definitions, period = made.computed.form, made.computed.definitions, made.period
    trace = trace_of(connection, made.sources, base)
    rows = _results(connection, made.publication["publication"], base)
    scored = {*definitions.pillars, definitions.method.index.code}

    @cache
    def below(code: str) -> Score | Explanation:
        if code not in scored and code not in definitions.indicators:
            known = ", ".join(
                (*definitions.indicators, *definitions.pillars, definitions.method.index.code, LAMP, GRADE)
            )
            raise Unexplained(f"there is no number {code}; there are {known}")
        if code in scored:
            return _score(made, base, code, rows, below)
        return explain_indicator(form, definitions, trace, base, period, code)

    return below


def _score(
    made: Made, base: str, code: str, rows: Mapping[str, RowMapping], below: Callable[[str], Score | Explanation]
) -> Score:
    definitions, known = made.computed.definitions, made.sources.registry.base(base, made.period)
    assert known is not None
    parts = components(definitions, code, known.type)
    present = sum(weight for part, weight in parts if rows[part]["score"] is not None)
    found = []
    for part, weight in parts:
        score = rows[part]["score"]
        share = 0.0 if score is None else weight / present
        found.append(Component(part, weight, share, score, rows[part]["why"], below(part)))
    own = rows[code]
    asked = dict.fromkeys(mark for part in found for mark in _marks(part.below))
    return Score(
        base,
        made.period,
        made.publication["publication"],
        code,
        definitions.name(code).model_dump(),
        own["value"],
        own["rank"],
        own["low"],
        own["high"],
        definitions.method.scores.min_share,
        tuple(found),
        paragraphs(made.computed.form, list(asked)),
    )


def _marks(known: Score | Explanation) -> list[str]:
    return [paragraph["code"] for paragraph in known.paragraphs]


def _judgement(
    connection: Connection, made: Made, base: str, code: str, below: Callable[[str], Score | Explanation]
) -> Judgement:
    name, row = made.publication["publication"], _verdict_row(connection, made, base)
    if row is None:
        raise Unexplained(f"{name} holds no verdict on {base}; it was made before verdicts were given")
    told = {key: value for key, value in row.items() if key not in ("publication", "base", "reasons")}
    vintage = made.publication["vintage"]
    proposal = said_verdicts.proposal_of(vintage, row["lamp"], row["proposal"])
    told |= {"final": said_verdicts.is_final(vintage, row["final"]), "proposal": proposal}
    reasons = [
        (_worded(made, base, reason), below(reason["code"]) if reason.get("code") else None)
        for reason in json.loads(row["reasons"])
        if reason["weighs"] not in said_verdicts.unsaid(proposal)
    ]
    return Judgement(base, made.period, name, code, row[code], told, reasons)


def _verdict_row(connection: Connection, made: Made, base: str) -> RowMapping | None:
    verdict = schema.verdict.c
    query = select(schema.verdict).where(verdict.publication == made.publication["publication"], verdict.base == base)
    return connection.execute(query).mappings().first()


def _worded(made: Made, base: str, reason: dict[str, Any]) -> dict[str, Any]:
    """A stored reason with its sentence in both languages."""
    known, definitions = made.sources.registry.base(base, made.period), made.computed.definitions
    assert known is not None
    name = made.computed.form.types[known.type].name
    kind = Text(en=name.en[:1].lower() + name.en[1:], zh=name.zh)
    told = Reason.from_dict(reason)
    return reason | {"words": {language: in_words(told, definitions, language, kind) for language in ("en", "zh")}}


def _results(connection: Connection, name: str, base: str) -> dict[str, RowMapping]:
    """Code → the base's row."""
    result = schema.result.c
    rows = connection.execute(select(schema.result).where(result.publication == name, result.base == base))
    return {row["code"]: row for row in rows.mappings()}
