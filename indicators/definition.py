"""The indicators as data: definitions/*.yml and method.yml. Loads and checks them; tells every mistake at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from etl import formula as language
from etl.catalogue import CatalogueError, Entry, Mistakes, Text, YamlFile
from etl.config import settings
from etl.form import Code, Form, load_form, parse_formula
from indicators.verdicts.settings import Range, VerdictSettings

FloorRule = Literal[
    "min",  # at least
    "max",  # at most
    "above",  # strictly more than
    "peer_p20",  # not in the lowest fifth of the peers
    "min_ratio_to_last_year",  # at least that share of the value a year ago
    "min_per_elapsed_quarter",  # at least that much for each quarter of the year gone by
    "max_fall_in_points_over_a_year",  # at most that many points below the value a year ago
]


class Floor(Entry):
    """The value below (or, for `max`, above) which an indicator is flagged."""

    rule: FloorRule
    value: float | None = None
    by_type: dict[str, float | None] = {}
    """Another value for a type of base; null: no floor for it."""

    @model_validator(mode="after")
    def _has_value(self) -> "Floor":
        if self.rule != "peer_p20" and self.value is None:
            raise ValueError(f"the floor rule {self.rule} needs a value")
        return self

    def value_for(self, base_type: str) -> float | None:
        return self.by_type.get(base_type, self.value)

    def judges(self, base_type: str) -> bool:
        """Whether there is a floor for that type of base."""
        return base_type not in self.by_type or self.by_type[base_type] is not None


class Indicator(Entry):
    """One indicator: what it is, why it matters, how it is computed and judged."""

    code: Code
    pillar: str
    name: Text
    why: Text
    numerator: str
    denominator: str | None = None
    factor: float = 1
    unit: str
    direction: Literal["up", "down", "context"]
    """Whether more is better, less is better, or the value is only shown."""
    weight: float = Field(ge=0)
    floor: Floor | None = None
    zero_denominator: Literal["lowest", "missing"] = "missing"
    """What a zero denominator means: the worst case, or nothing to judge."""
    alone: bool = True
    """Whether a missed floor speaks by itself; else only beside another missed floor."""
    funnel: Literal["proportion", "rate"] | None = None
    base_types: list[str] = Field(min_length=1)
    paragraphs: list[str] = []
    basis: Text | None = None
    reviewed: date | None = None
    """The day on which people last looked at the definition as a whole."""

    @property
    def scored(self) -> bool:
        return self.direction != "context"

    @cached_property
    def numerator_tree(self) -> language.Node:
        return language.parse(self.numerator)

    @cached_property
    def denominator_tree(self) -> language.Node | None:
        return language.parse(self.denominator) if self.denominator else None

    @cached_property
    def ratio_tree(self) -> language.Node:
        """Numerator ÷ denominator, or the numerator alone."""
        below = self.denominator_tree
        return language.Arithmetic("/", self.numerator_tree, below) if below else self.numerator_tree

    @property
    def formula(self) -> str:
        """The whole formula, in the formula language."""
        ratio = f"({self.numerator}) / ({self.denominator})" if self.denominator else self.numerator
        return ratio if self.factor == 1 else f"{self.factor:g} * {ratio}"


class Pillar(Entry):
    code: Code
    name: Text
    bonus: bool = False


class IndexName(Entry):
    code: Code
    name: Text


class Scores(Entry):
    ties: Literal["average", "min"]
    withheld: float
    min_share: float = Field(ge=0, le=1)
    source: Text | None = None  # a method that was kept before sources were asked for is still understood


class Floors(Entry):
    hardship_lower: float = Field(gt=0)
    hardship_upper: float = Field(gt=0)
    source: Text


class Peers(Entry):
    weak_below: float = Field(ge=0, le=100)
    least_peers: int = Field(ge=2)
    source: Text | None = None


class Cases(Entry):
    """Days for the steps of a case: the base's reply to a notice, then its province's opinion."""

    reply_days: int = Field(ge=1)
    opinion_days: int = Field(ge=1)
    source: Text


class Certainty(Entry):
    """How the certainty of ranks is found. `sources` says of each setting where it comes from."""

    replications: int = Field(ge=1)
    weight_noise: float = Field(ge=0, lt=1)
    """Each weight times its own U(1 − noise, 1 + noise)."""
    normalisations: list[Literal["percentile_rank", "minmax", "zscore"]] = Field(min_length=1)
    """The first is the nominal one."""
    means: list[Literal["arithmetic", "geometric", "harmonic"]] = Field(default=["arithmetic"], min_length=1)
    """The first is the nominal one. A method that was kept before this was a setting had that one alone."""
    leave_one_out: bool
    interval: tuple[float, float]
    """Percentiles of the replications' ranks."""
    sources: dict[str, Text]

    @model_validator(mode="after")
    def _makes_sense(self) -> "Certainty":
        settings = set(type(self).model_fields) - {"sources"} - ({"means"} - self.model_fields_set)
        if set(self.sources) != settings:
            raise ValueError(f"sources must name each of {', '.join(sorted(settings))}, and nothing else")
        if self.normalisations[0] != "percentile_rank" or len(set(self.normalisations)) < len(self.normalisations):
            raise ValueError("normalisations begin with percentile_rank, the one that is published, each once")
        if self.means[0] != "arithmetic" or len(set(self.means)) < len(self.means):
            raise ValueError("means begin with arithmetic, the one that is published, each once")
        if not 0 <= self.interval[0] < self.interval[1] <= 100:
            raise ValueError("the interval is two percentiles, the smaller first")
        return self


class FunnelRules(Entry):
    """When a base lies too far from its peers."""

    alarm: float = Field(gt=0.5, lt=1)
    false_discovery: float = Field(gt=0, lt=1)
    source: Text


class HistoryRules(Entry):
    """When a base's own series is long enough to be judged."""

    least_points: int = Field(ge=2)
    source: Text


class Signals(Entry):
    funnel: FunnelRules
    history: HistoryRules


class Headline(Entry):
    """A sum over all bases at the head of the overview."""

    code: Code
    pillar: str
    name: Text
    formula: str
    unit: str

    @cached_property
    def tree(self) -> language.Node:
        return language.parse(self.formula)


class Method(Entry):
    """How indicators become an index."""

    pillars: list[Pillar] = Field(min_length=1)
    index: IndexName
    scores: Scores
    floors: Floors
    peers: Peers
    cases: Cases
    certainty: Certainty
    signals: Signals
    verdicts: VerdictSettings
    headlines: list[Headline] = []

    @model_validator(mode="after")
    def _can_be_lifted(self) -> "Method":
        if self.scores.withheld < 0 and any(mean != "arithmetic" for mean in self.certainty.means):
            raise ValueError("scores.withheld must be at least 0, or certainty.means the arithmetic one alone")
        return self


@dataclass(frozen=True)
class Definitions:
    """All indicators in the order of pillars and codes, with the method."""

    indicators: dict[str, Indicator]
    method: Method
    definitions_hash: str
    method_hash: str

    @property
    def pillars(self) -> dict[str, Pillar]:
        return {pillar.code: pillar for pillar in self.method.pillars}

    def of_pillar(self, pillar: str) -> list[Indicator]:
        return [indicator for indicator in self.indicators.values() if indicator.pillar == pillar]

    def of_type(self, base_type: str) -> list[Indicator]:
        return [indicator for indicator in self.indicators.values() if base_type in indicator.base_types]

    def threshold_ranges(self) -> dict[str, Range]:
        """Of each threshold of the verdicts, between which numbers it makes sense: never more pillars, floors or indicators
        than are judged. A method may say otherwise, which then never holds; nobody should try it out."""
        judged = [one for one in self.indicators.values() if not self.pillars[one.pillar].bonus]
        pillars = sum(not pillar.bonus for pillar in self.method.pillars)
        floors = sum(one.floor is not None for one in judged)
        most = {
            "yellow_pillars": pillars,
            "pillars_weak": pillars,
            "yellow_floors": floors,
            "floors_missed": floors,
            "least_indicators": sum(one.scored for one in judged),
        }
        return {
            name: replace(of, most=min(of.most, most.get(name, of.most)))
            for name, of in VerdictSettings.ranges().items()
        }

    @property
    def codes(self) -> set[str]:
        """Of every number that is published: the index, pillars, indicators and headlines."""
        method = self.method
        composite = {method.index.code, *self.pillars}
        return {*self.indicators, *composite, *(headline.code for headline in method.headlines)}

    def is_score(self, code: str) -> bool:
        """Whether it is the index or a pillar, which have no unit."""
        return code == self.method.index.code or code in self.pillars

    def unit(self, code: str) -> str:
        """Of an indicator or a headline; empty for a score."""
        found = self.find(code)
        return found.unit if isinstance(found, Indicator | Headline) else ""

    def find(self, code: str) -> "Indicator | Pillar | Headline | IndexName | None":
        """The indicator, pillar, headline or index of that code; None where there is none."""
        method = self.method
        named = [*self.indicators.values(), *method.pillars, *method.headlines, method.index]
        return next((entry for entry in named if entry.code == code), None)

    def name(self, code: str) -> Text:
        """The name of an indicator, pillar, headline or the index; what has none is named by its code."""
        found = self.find(code)
        return found.name if found else Text(en=code, zh=code)


def load_definitions(
    folder: Path | None = None, method: Path | None = None, form_dir: Path | None = None
) -> Definitions:
    """The indicators and the method. Raises CatalogueError with every mistake in every file, the form's included."""
    chosen = settings()
    return _load(folder or chosen.definitions_dir, method or chosen.method_file, form_dir or chosen.form_dir)


@cache
def _load(folder: Path, method_path: Path, form_dir: Path) -> Definitions:
    mistakes = Mistakes()
    try:
        form = load_form(form_dir)
    except CatalogueError as error:
        raise CatalogueError([*error.mistakes, "the indicators are checked when the form has no mistakes"]) from None
    method_file = mistakes.read(method_path)
    method = mistakes.validate(Method, method_file) if method_file.data is not None else None
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        mistakes.found.append(f"{folder}:1: holds no indicator definitions (*.yml)")
    indicators: dict[str, Indicator] = {}
    for path in paths:
        file = mistakes.read(path)
        indicator = mistakes.validate(Indicator, file) if file.data is not None else None
        if indicator is not None and method is not None:
            _check(mistakes, file, indicator, form, method)
            if indicator.code in indicators:
                mistakes.add(file, ("code",), f"there is a second indicator {indicator.code!r}")
            indicators[indicator.code] = indicator
    if method is not None:
        _check_headlines(mistakes, method_file, method, form)
        size = ("verdicts", "size")
        parse_formula(mistakes, method_file, size, method.verdicts.size, set(form.measures))
    mistakes.settle()
    assert method is not None
    order = [pillar.code for pillar in method.pillars]
    ordered = dict(sorted(indicators.items(), key=lambda pair: (order.index(pair[1].pillar), pair[0])))
    return Definitions(ordered, method, file_hash(sorted(form_dir.glob("*.yml")) + paths), file_hash([method_path]))


def _check(mistakes: Mistakes, file: YamlFile, indicator: Indicator, form: Form, method: Method) -> None:
    if file.path.stem != indicator.code:
        mistakes.add(file, ("code",), f"the file is named {file.path.name}, so the code must be {file.path.stem}")
    if indicator.pillar not in {pillar.code for pillar in method.pillars}:
        mistakes.add(file, ("pillar",), f"there is no pillar {indicator.pillar!r}")
    for key, types in (
        ("base_types", indicator.base_types),
        ("floor", indicator.floor.by_type if indicator.floor else ()),
    ):
        for base_type in types:
            if base_type not in form.types:
                mistakes.add(file, (key,), f"there is no base type {base_type!r}")
    for key in ("numerator", "denominator"):
        if text := getattr(indicator, key):
            _check_formula(mistakes, file, key, text, form)


def _check_formula(mistakes: Mistakes, file: YamlFile, key: str, text: str, form: Form) -> None:
    tree = parse_formula(mistakes, file, (key,), text, set(form.measures))
    if tree is not None and language.is_condition(tree):
        mistakes.add(file, (key,), f"{text!r} is a comparison; an indicator needs a number")


def _check_headlines(mistakes: Mistakes, file: YamlFile, method: Method, form: Form) -> None:
    for i, headline in enumerate(method.headlines):
        tree = parse_formula(mistakes, file, ("headlines", i, "formula"), headline.formula, set(form.measures))
        if tree is not None and language.is_condition(tree):
            mistakes.add(file, ("headlines", i, "formula"), "a headline needs a number, not a comparison")
        if headline.pillar not in {pillar.code for pillar in method.pillars}:
            mistakes.add(file, ("headlines", i, "pillar"), f"there is no pillar {headline.pillar!r}")


def file_hash(paths: Sequence[Path]) -> str:
    """sha256 over names and contents: what `definitions_hash` and `method_hash` are."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
