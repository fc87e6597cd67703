"""A return, the base's history and its peers → findings. Formula checks run for all bases of a quarter at once."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from etl import formula, ordering, periods
from etl.catalogue import Text
from etl.evaluation import Evaluator
from etl.findings import Finding, reading_fault
from etl.form import Check, Form
from etl.history import History, place
from etl.panel import Panel
from etl.places import address
from etl.reading import BASE, HISTORY_SHEET, PERIOD, TYPE, Return
from etl.reasons import remembered, with_remembered
from etl.registry import Base, Registry
from etl.rules import RULES, Context
from etl.rules.comparison import FEWEST_PEERS
from etl.wording import decisive, failed

QUARTERS_BEFORE = 4
"""How far back a rule may look."""


class _Others(NamedTuple):
    """What is known of other bases while returns of a quarter are checked: those of each type, all that report in the
    quarter, and which of them name a firm."""

    peers: Mapping[str, Evaluator]
    everyone: Callable[[], Evaluator]
    named_by: Mapping[str, set[str]]


class Checker:
    """Checks returns against the form, the registry and what was taken in before."""

    def __init__(self, form: Form, registry: Registry, history: History):
        self.form, self.registry, self.history = form, registry, history
        self._formulas = [check for check in form.checks.values() if check.formula]
        self._rules = [
            (check, RULES[check.rule], RULES[check.rule].parameters.model_validate(check.parameters))
            for check in form.checks.values()
            if check.rule
        ]
        self.looks_back = max([QUARTERS_BEFORE, *(formula.reach(check.tree) for check in self._formulas)])
        """How many quarters back any check looks."""
        self.looking_back = {check.code for check in self._formulas if formula.reach(check.tree)} | {
            check.code for check, rule, _ in self._rules if rule.looks_back
        }
        """The checks that compare with earlier quarters."""

    def check(self, returns: Iterable[Return]) -> None:
        """Adds every finding to its return. Quarters are checked in order: an error-free return is what the next
        quarter's is compared with, whether it lies in the same file or in the warehouse."""
        returns = list(returns)
        by_period: dict[str, dict[str, Return]] = defaultdict(dict)
        for item in returns:
            if self._admissible(item):
                by_period[item.period or ""].setdefault(item.base or "", item)
        for period in sorted(by_period):
            self._check_quarter(period, by_period[period])
            for base, item in by_period[period].items():
                if not item.rejected:
                    self.history.learn(base, period, figures_of(item))
        for item in returns:
            item.findings = ordering.in_order(item.findings, item.sheet)

    def check_again(self, item: Return) -> bool:
        """Adds every finding to a return that was taken in before, whether its quarter is still open or not; nothing is
        learned from it. False when the base is not in the programme in that quarter any more."""
        if not (item.base and item.period and self.registry.base(item.base, item.period)):
            return False
        self._check_quarter(item.period, {item.base: item})
        item.findings = ordering.in_order(item.findings, item.sheet)
        return True

    def _admissible(self, item: Return) -> bool:
        """Whether base and quarter are known, so that the figures can be checked at all; if not, says why."""
        if item.base is None or not periods.is_period(item.period):
            return False
        fault = self._identity_fault(item, item.base, item.period or "")
        if fault:
            item.findings.append(fault)
        return fault is None

    def _identity_fault(self, item: Return, code: str, period: str) -> Finding | None:
        fault = partial(reading_fault, sheet=item.sheet)
        if not self.registry.knows(code):
            return fault("F05", cell=item.head.get(BASE), value=code[:100])
        if not self.registry.is_open(code, period):
            open_now = ", ".join(self.registry.open_periods()[-6:]) or "–"
            return fault("F07", cell=item.head.get(PERIOD), value=period, open=open_now)
        base = self.registry.base(code, period)
        if base is None:
            return fault("F08", cell=item.head.get(PERIOD), value=period, base=code)
        if item.stated_type and item.stated_type != base.type:
            stated = item.stated_type[:100]
            return fault("F21", cell=item.head.get(TYPE), value=stated, base=code, registered=base.type)
        return None

    def _check_quarter(self, period: str, items: dict[str, Return]) -> None:
        bases = {code: base for code in items if (base := self.registry.base(code, period))}
        for code, item in items.items():
            self._name_missing_rows(item, bases[code])
            self._name_missing_columns(item, bases[code])
        panel = self.history.panel(list(items), periods.span(periods.shift(period, -self.looks_back), period))
        panel.values[-1] = np.nan
        panel.returned[-1] = True
        for column, item in enumerate(items.values()):
            for code, entry in item.entries.items():
                if entry.value is not None:
                    panel.values[-1, panel.rows[code], column] = entry.value
        panel.refresh()
        evaluate = Evaluator(panel, self.form.tolerances)
        for check in self._formulas:
            self._check_formula(check, evaluate, list(items.values()))
        others, known = self._others(period, items, bases), remembered(self.history.connection, items)
        financed = self.history.financed_this_year([code for code, item in items.items() if item.roster], period)
        for column, (code, item) in enumerate(items.items()):
            self._run_rules(item, bases[code], panel, column, evaluate, others, financed.get(code))
            item.findings = with_remembered(self.form, item.findings, known.get(code, ()), period)
            self._weigh(item, panel, column)

    def _weigh(self, item: Return, panel: Panel, column: int) -> None:
        """Gives every finding its score."""
        if item.findings:
            now, last = figures_of(item), _known(panel, -2, column)
            national = self.history.national(panel.periods[-2])
            item.findings = [ordering.weighed(finding, now, last, national) for finding in item.findings]

    def _name_missing_rows(self, item: Return, base: Base) -> None:
        if item.sheet == HISTORY_SHEET:
            return  # where a column that is not there is a blank
        for measure in self.form.measures_of(base.type):
            if measure.code not in item.entries:
                item.findings.append(
                    reading_fault(
                        "F12", sheet=item.sheet, cell=address(item.row, 0), measure=measure.code, value=measure.code
                    )
                )

    def _name_missing_columns(self, item: Return, base: Base) -> None:
        if item.roster is None:
            return
        for column in self.form.roster_of(base.type):
            if column.code not in item.roster.places:
                place = address(item.roster.header, 0)
                item.findings.append(reading_fault("F20", sheet=item.roster.sheet, cell=place, value=column.code))

    def _check_formula(self, check: Check, evaluate: Evaluator, items: list[Return]) -> None:
        column = evaluate(check.tree)
        for position in np.flatnonzero(column.values[-1] == 0):

            def value(node: formula.Node, position: int = int(position)) -> float | None:
                found = float(evaluate(node).values[-1, position])
                return None if np.isnan(found) else found

            item = items[position]
            item.findings.append(_broken(check, item, failed(check, self.form, value), value))

    def _run_rules(
        self,
        item: Return,
        base: Base,
        panel: Panel,
        column: int,
        evaluate: Evaluator,
        others: _Others,
        financed: list[set[str]] | None,
    ) -> None:
        period, peers = panel.periods[-1], others.peers[base.type]
        accepted = self.history.accepted(base.code, period)
        for check, rule, parameters in self._rules:
            context = Context(
                form=self.form,
                check=check,
                item=item,
                base=base,
                panel=panel,
                position=column,
                evaluate=evaluate,
                peers=peers.panel,
                evaluate_peers=peers,
                everyone=others.everyone,
                accepted=accepted,
                elsewhere=lambda firms: self._elsewhere(firms, base.code, period, others.named_by),
                rosters_this_year=lambda: financed,
            )
            item.findings.extend(rule.run(context, parameters))

    def _others(self, period: str, items: Mapping[str, Return], bases: Mapping[str, Base]) -> _Others:
        sound = {code: figures_of(item) for code, item in items.items() if not item.rejected}
        types = sorted({base.type for base in bases.values()})
        return _Others(
            {base_type: self._peers(base_type, period, sound) for base_type in types},
            cache(lambda: self._of_this_quarter(self.registry.bases(period), period, sound)),
            self._bases_by_firm(period, items),
        )

    def _peers(self, base_type: str, period: str, sound: Mapping[str, Mapping[str, float]]) -> Evaluator:
        """The bases of the type as they were accepted in the quarter before, which is complete. While too few were, as
        in a programme's first quarter, as they report now."""
        accepted = self.history.evaluate_peers(base_type, periods.shift(period, -1))
        if accepted and accepted.panel.returned.sum() > FEWEST_PEERS:
            return accepted
        bases = [base for base in self.registry.bases(period) if base.type == base_type]
        return self._of_this_quarter(bases, period, sound)

    def _of_this_quarter(
        self, bases: Iterable[Base], period: str, sound: Mapping[str, Mapping[str, float]]
    ) -> Evaluator:
        """The quarter's error-free returns, accepted or not, and the figures of those that are checked now and so far
        `sound`: a few that are wrong do not move a median."""
        panel = self.history.panel([base.code for base in bases], (period,))
        for column, base in enumerate(panel.bases):
            if base in sound:
                panel.values[0, :, column] = np.nan
                place(panel, 0, column, sound[base])
        panel.refresh()
        return Evaluator(panel)

    def _bases_by_firm(self, period: str, items: Mapping[str, Return]) -> dict[str, set[str]]:
        """Which bases name a firm of these returns, in accepted rosters or in those checked together."""
        here: dict[str, set[str]] = defaultdict(set)
        for base, item in items.items():
            for firm in item.roster.keys if item.roster else ():
                here[firm].add(base)
        accepted = self.history.named_by(list(here), period)
        return {firm: bases | accepted.get(firm, set()) for firm, bases in here.items()}

    def _elsewhere(
        self, firms: list[str], base: str, period: str, named_by: Mapping[str, set[str]]
    ) -> dict[str, list[Base]]:
        """For each firm that other bases name: these bases."""
        found = {firm: others for firm in firms if (others := named_by.get(firm, set()) - {base})}
        return {
            firm: [known for other in sorted(others) if (known := self.registry.base(other, period))]
            for firm, others in found.items()
        }


def _broken(check: Check, item: Return, message: Text, value: Callable[[formula.Node], float | None]) -> Finding:
    """The finding of a formula check, at its first operand. That one is off by the gap between the two sides, and a
    reason is about their ratio."""
    first, rule = formula.measures(check.tree)[0], decisive(check.tree)
    entry = item.entries.get(first)
    finding = Finding(
        check.code,
        check.severity,
        message,
        item.sheet,
        item.cell(first),
        first,
        entry.value if entry else None,
        entry.answer if entry else None,
    )
    left, right = (value(rule.left), value(rule.right)) if rule else (None, None)
    if left is None or right is None:
        return replace(finding, quantity=finding.value)
    return replace(
        finding,
        quantity=left / right if right else None,
        anticipated={first: (item.value(first) or 0.0) - (left - right)},
        suspicion=ordering.suspicion_of(1 + abs(left - right) / abs(right)) if right else 1.0,
    )


def _known(panel: Panel, quarter: int, column: int) -> dict[str, float]:
    """One base's figures of a quarter of the panel, without its blanks."""
    values = panel.values[quarter, :, column].tolist()
    return {code: value for code, value in zip(panel.measures, values, strict=True) if not math.isnan(value)}


def figures_of(item: Return) -> dict[str, float]:
    """The return's values without its blanks."""
    return {code: entry.value for code, entry in item.entries.items() if entry.value is not None}
