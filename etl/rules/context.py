"""What a rule is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from etl import formula
from etl.catalogue import Entry, Text
from etl.evaluation import Evaluator
from etl.findings import Finding
from etl.panel import Panel

if TYPE_CHECKING:
    from etl.form import Check, Form
    from etl.reading import Return
    from etl.registry import Base


class Parameters(Entry):
    """A rule's parameters in checks.yml. A rule that takes measures or formulas says which, so that the catalogue can
    be checked."""

    def formulas(self) -> list[str]:
        """The measures and formulas among the parameters."""
        return []


@dataclass
class Context:
    """One return, looked at by one check.

    `panel` holds the return as its last quarter, for the base at `position`, and before it the base's latest
    error-free returns; `evaluate` computes formulas on it. `peers` holds the bases of the type: accepted values of the
    quarter before or, while these are too few, error-free returns of the same one (None where there are none). `elsewhere`
    gives for a firm's code the other bases whose rosters of this quarter name it; their names are not for this base.
    """

    form: Form
    check: Check
    item: Return
    base: Base
    panel: Panel
    position: int
    evaluate: Evaluator
    peers: Panel | None = None
    evaluate_peers: Evaluator | None = None
    """Computes formulas on `peers`; shared by all bases of the type."""
    everyone: Callable[[], Evaluator] | None = None
    """The same on the error-free returns of this quarter, of whatever type."""
    accepted: Mapping[str, float] | None = None
    """The accepted values of this very quarter, when an earlier version was accepted."""
    elsewhere: Callable[[list[str]], Mapping[str, list[Base]]] = lambda firms: {}
    rosters_this_year: Callable[[], list[set[str]] | None] = lambda: None
    """Codes of the financed firms in each earlier roster of the year; None when one of these rosters is missing."""

    def among_all(self) -> Context:
        """The same return beside the bases of all types."""
        everyone = self.everyone() if self.everyone else None
        return replace(self, peers=everyone and everyone.panel, evaluate_peers=everyone)

    def value(self, expression: str, back: int = 0) -> float | None:
        """A measure or formula for this base, that many quarters back; None when missing."""
        column = self.evaluate(formula.parse(expression))
        quarter = len(self.panel.periods) - 1 - back
        if quarter < 0 or column.why[quarter, self.position]:
            return None
        return float(column.values[quarter, self.position])

    def finding(
        self,
        en: str,
        zh: str,
        *,
        measure: str | None = None,
        sheet: str | None = None,
        cell: str | None = None,
        value: float | str | None = None,
        quantity: float | None = None,
        **more: Any,
    ) -> Finding:
        """A finding of this check: what is seen, then the check's advice. At the measure's cell, and about its value,
        unless told otherwise; `more` are other fields of a Finding."""
        entry = self.item.entries.get(measure) if measure else None
        shown = entry.value if entry and value is None else value
        return Finding(
            self.check.code,
            self.check.severity,
            Text(en=f"{en} {self.check.advice.en}", zh=f"{zh}{self.check.advice.zh}"),
            sheet or self.item.sheet,
            cell or (self.item.cell(measure) if measure else None),
            measure,
            shown,
            entry.answer if entry else None,
            quantity=shown if quantity is None and isinstance(shown, float) else quantity,
            **more,
        )

    def name(self, measure: str) -> Text:
        return self.form.measures[measure].full_name


class Rule(NamedTuple):
    """A named rule: the function and the model of its parameters."""

    run: Callable[[Context, Any], Iterator[Finding]]
    parameters: type[Parameters] = Parameters
    looks_back: bool = False
    """Whether it compares with the base's earlier quarters."""

    def problems(self, parameters: dict[str, Any], measures: set[str]) -> list[str]:
        """What is wrong with a rule's parameters in the catalogue."""
        try:
            chosen = self.parameters.model_validate(parameters)
        except ValidationError as error:
            return [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        found = []
        for text in chosen.formulas():
            try:
                unknown = [code for code in formula.measures(formula.parse(text)) if code not in measures]
                found += [f"{text!r}: there is no measure {code!r}" for code in unknown]
            except formula.FormulaError as error:
                found.append(f"{text!r}: {error}")
        return found
