"""What the form can tell while it is filled: formula checks and rules as Excel formulas, from the checks' own parameters.

A rule is rendered here as far as one workbook can know: this quarter, last quarter's and last year's column, and the
roster. What needs other bases, other rosters or a longer history is found when the form is sent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from etl import formula, periods
from etl.catalogue import Text
from etl.excel import Cell, NotInForm, Translator, plain, sign
from etl.form import Check, Form, RosterColumn
from etl.rules import RULES
from etl.rules.credit_code import ALPHABET, LENGTH, WEIGHTS
from etl.rules.firms import CodeParameters, PlausibleParameters
from etl.rules.industry import LONGEST
from etl.rules.roster import CountParameters, MovementParameters, SumParameters, TeamParameters
from etl.rules.rows import INCUBATING, STATUS
from etl.rules.suspicion import CopyParameters, Ratio, RatioParameters, StaffParameters
from etl.wording import in_words, number

LONGEST_FORMULA = 8_192
"""Characters; Excel takes no longer one."""
ROSTER = "{roster}"
"""In a condition: the cell that shows what the roster gives."""


@dataclass(frozen=True)
class Sign:
    """One thing that must hold. `needs`: the cells that must hold numbers before it can be told; `holds`: an Excel
    condition. `measure`: beside which it is shown."""

    check: Check
    measure: str | None
    needs: Sequence[str]
    holds: str
    roster: str | None = None
    """What the roster gives, as an Excel formula, where it is compared with the measure."""
    says: Text | None = None
    """What should hold, where the check's name does not say it of this measure."""
    listed: bool = True
    """Whether it has a row of its own on the sheet of checks."""

    def formula(self, roster: str = "") -> str:
        """Gives ✓, ✗ or "?". `roster`: the cell that shows what the roster gives."""
        return sign(self.needs, self.holds.replace(ROSTER, roster))


@dataclass(frozen=True)
class Places:
    """Where one form shows things: measures by `cell`, the roster's columns as ranges of cells."""

    form: Form
    base_type: str
    period: str
    cell: Cell
    columns: Mapping[str, str]

    @cached_property
    def asked(self) -> list[str]:
        return [measure.code for measure in self.form.measures_of(self.base_type)]

    @cached_property
    def translator(self) -> Translator:
        return Translator(self.cell, self.period, set(self.form.measures) - set(self.asked), self.form.tolerances)

    def value(self, measure: str) -> str:
        """Its cell; raises NotInForm where the form has none."""
        return self.translator.place(measure, 0)

    def range(self, column: str) -> str:
        """A roster column's cells; raises NotInForm where the form has no such column."""
        if column not in self.columns:
            raise NotInForm(column)
        return self.columns[column]

    def incubating(self, over: str) -> str:
        """The part of a COUNTIFS that keeps to the rows that a total runs over."""
        return f',{self.range(STATUS)},"{INCUBATING}"' if over == INCUBATING else ""

    def in_quarter(self, column: str) -> str:
        """The same for the rows whose date lies in the quarter."""
        cells = self.range(column)
        after = periods.ends(self.period) + timedelta(days=1)
        return f',{cells},">="&{_day(periods.starts(self.period))},{cells},"<"&{_day(after)}'


def live_signs(places: Places) -> list[Sign]:
    """Every sign that the form can show, in the order of the checks."""
    found: list[Sign] = []
    for check in places.form.checks.values():
        render = _formula if check.formula else LIVE.get(check.rule or "")
        if render:
            parameters = RULES[check.rule].parameters.model_validate(check.parameters) if check.rule else None
            with suppress(NotInForm):
                found.extend(render(places, check, parameters))
    return [each for each in found if len(each.formula()) <= LONGEST_FORMULA]


def _formula(places: Places, check: Check, _: Any) -> Iterator[Sign]:
    tree = check.tree
    yield Sign(check, formula.measures(tree)[0], places.translator.needs(tree), places.translator.condition(tree))


# Single figures


def _range(places: Places, check: Check, _: Any) -> Iterator[Sign]:
    """A sign for each measure, and one for all those of a section."""
    sections: dict[str, list[str]] = {}
    for measure in places.form.measures_of(places.base_type):
        cell = places.value(measure.code)
        whole = f",INT({cell})={cell}" if measure.value_type == "count" else ""
        within = f"AND({cell}>={plain(measure.min)},{cell}<={plain(measure.max)}{whole})"
        yield Sign(check, measure.code, [cell], within, listed=False)
        sections.setdefault(measure.section, []).append(f"IF(COUNT({cell})=1,{within},TRUE)")
    for section, conditions in sections.items():
        name = places.form.sections[section].name
        says = Text(en=f"{name.en}: {check.name.en[:1].lower()}{check.name.en[1:]}", zh=f"{name.zh}: {check.name.zh}")
        yield Sign(check, None, [], f"AND({','.join(conditions)})", says=says)


def _blank(places: Places, check: Check, _: Any) -> Iterator[Sign]:
    yield Sign(check, None, [places.value(code) for code in places.asked], "TRUE")


def _implausible(places: Places, check: Check, parameters: RatioParameters) -> Iterator[Sign]:
    """The fixed limits; how far a ratio lies from other bases' is not known here."""
    for ratio in parameters.ratios:
        with suppress(NotInForm):
            yield _ratio(places, check, ratio)


def _ratio(places: Places, check: Check, ratio: Ratio) -> Sign:
    tree = formula.parse(ratio.expression)
    above, below = (places.translator.number(formula.parse(text)) for text in (ratio.numerator, ratio.denominator))
    parts, limits = ["TRUE"], []
    if ratio.min is not None:
        parts.append(f"OR(({below})<=0,({above})>={plain(ratio.min)}*({below}))")
        limits.append(f"≥ {number(ratio.min)}")
    if ratio.max is not None:
        parts.append(f"({above})<={plain(ratio.max)}*IF(({below})=0,1,({below}))")
        limits.append(f"≤ {number(ratio.max)}")
    en, zh = (f"{in_words(tree, places.form, None, language)} {', '.join(limits)}" for language in ("en", "zh"))
    holds = f"AND({','.join(parts)})"
    return Sign(check, formula.measures(tree)[0], places.translator.needs(tree), holds, says=Text(en=en, zh=zh))


def _copied(places: Places, check: Check, parameters: CopyParameters) -> Iterator[Sign]:
    told, same = [], []
    for measure in places.form.measures_of(places.base_type):
        if measure.timing == "flow":
            now, last = places.value(measure.code), places.translator.place(measure.code, 1)
            told.append(f"N({now})<>0")
            near = f"ABS({now}-{last})<={plain(measure.tolerance)}"
            same.append(f"IF(AND(COUNT({now},{last})=2,N({now})<>0),--({near}),0)")
    if told:
        count, total = f"SUM({','.join(same)})", "+".join(f"({each})" for each in told)
        yield Sign(check, None, [], f"{count}<MAX({parameters.at_least},{plain(parameters.share)}*({total}))")


def _staff_balance(places: Places, check: Check, parameters: StaffParameters) -> Iterator[Sign]:
    now, last = places.value(parameters.staff), places.translator.place(parameters.staff, 1)
    hires = places.value(parameters.hires)
    brought = f"SUMIFS({places.range(parameters.column)}{places.in_quarter(parameters.entered)})"
    yield Sign(check, parameters.staff, [now, last, hires], f"{now}<={last}+{hires}+{brought}")


# The roster against the return


def _movements(places: Places, check: Check, parameters: MovementParameters) -> Iterator[Sign]:
    for movement in parameters.movements:
        with suppress(NotInForm):
            dated = places.in_quarter(movement.date) if movement.date else ""
            states = [f",{places.range(STATUS)},{_quoted(state)}" for state in movement.status or ()]
            counted = "+".join(f"COUNTIFS({(state + dated)[1:]})" for state in states or [""])
            yield _agreement(places, check, movement.measure, counted)


def _sums(places: Places, check: Check, parameters: SumParameters) -> Iterator[Sign]:
    for column, total in _totals(places):
        if total.count is None:
            cell, cells, inside = places.value(total.measure), places.range(column.code), places.incubating(total.over)
            allowed = f"MAX({plain(parameters.tolerance_units)},{plain(parameters.tolerance_share)}*ABS({cell}))"
            slack = f"{allowed}+1E-9*MAX(1,ABS({cell}))"
            added = f"SUMIFS({cells}{inside})" if inside else f"SUM({cells})"
            yield Sign(check, total.measure, [cell], f"ABS({ROSTER}-{cell})<={slack}", added)


def _counts(places: Places, check: Check, parameters: CountParameters) -> Iterator[Sign]:
    money = [column.code for column in places.form.roster_of(places.base_type) if column.finance]
    if money and parameters.financed in places.asked:
        paid = "+".join(f"ISNUMBER({places.range(code)})*({places.range(code)}>0)" for code in money)
        yield _agreement(places, check, parameters.financed, f"SUMPRODUCT(--(({paid})>0))")
    for column, total in _totals(places):
        if total.count is not None:
            cells, inside = places.range(column.code), places.incubating(total.over)
            counted = "+".join(f"COUNTIFS({cells},{_quoted(value)}{inside})" for value in total.count)
            yield _agreement(places, check, total.measure, counted)


def _staff(places: Places, check: Check, parameters: TeamParameters) -> Iterator[Sign]:
    staff = places.value(parameters.staff)
    firms = f"SUMIFS({places.range(parameters.column)}{places.incubating(INCUBATING)})"
    yield Sign(check, parameters.staff, [staff], f"{ROSTER}<={staff}", firms)
    if parameters.teams in places.asked:
        teams = places.value(parameters.teams)
        most = f"{staff}-{ROSTER}<={plain(parameters.per_team)}*{teams}"
        names = [places.form.measures[code].name for code in (parameters.staff, parameters.teams)]
        each = plain(parameters.per_team)
        says = Text(
            en=f"{names[0].en} beyond the roster's: at most {each} for each of {names[1].en}",
            zh=f"{names[0].zh}超出名册部分不大于{each}×{names[1].zh}",
        )
        yield Sign(check, parameters.staff, [staff, teams], f"OR({ROSTER}>{staff},{most})", firms, says)


def _totals(places: Places) -> Iterator[tuple[RosterColumn, Any]]:
    for column in places.form.roster_of(places.base_type):
        for total in column.totals:
            if total.measure in places.asked:
                yield column, total


def _agreement(places: Places, check: Check, measure: str, counted: str) -> Sign:
    cell = places.value(measure)
    return Sign(check, measure, [cell], f"{ROSTER}={cell}", counted)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _day(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


Render = Callable[[Places, Check, Any], Iterator[Sign]]

LIVE: dict[str, Render] = {
    "range": _range,
    "blank": _blank,
    "implausible": _implausible,
    "copied": _copied,
    "staff_balance": _staff_balance,
    "roster_movements": _movements,
    "roster_sums": _sums,
    "roster_counts": _counts,
    "roster_staff": _staff,
}
"""Rule → how the form shows it."""


# Single rows of the roster


@dataclass(frozen=True)
class RowMark:
    """Cells of a roster column that are coloured while `wrong` holds, an Excel condition for the first row."""

    check: Check
    column: str
    wrong: str


def row_marks(form: Form, columns: Mapping[str, str], last_row: int) -> Iterator[RowMark]:
    """What can be seen of R01 and R06 in a row. `columns`: roster column → its first cell, such as $A6."""
    for check in form.checks.values():
        if check.rule == "credit_code":
            column = CodeParameters.model_validate(check.parameters).column
            if column in columns:
                yield RowMark(check, column, _no_credit_code(columns[column], last_row))
        elif check.rule == "roster_plausible":
            chosen = PlausibleParameters.model_validate(check.parameters)
            if {chosen.registered, chosen.entered} <= columns.keys():
                registered, entered = columns[chosen.registered], columns[chosen.entered]
                yield RowMark(check, chosen.entered, f"AND(COUNT({registered},{entered})=2,{entered}<{registered})")


def _no_credit_code(cell: str, last_row: int) -> str:
    """A wrong check character or length, or the same code again. COLUMN() counts the characters, because a rule for a
    format may hold no array; "*" makes COUNTIF compare codes as texts, not as numbers of 15 digits."""
    letters, first = cell.rstrip("0123456789"), cell.lstrip("$ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    places = f"COLUMN($A:${chr(64 + LENGTH - 1)})"
    worth = f'FIND(MID({cell},{places},1),"{ALPHABET}")-1'
    total = f"SUMPRODUCT(({worth})*MOD({WEIGHTS[1]}^({places}-1),{len(ALPHABET)}))"
    check = f'FIND(MID({cell},{LENGTH},1),"{ALPHABET}")-1'
    right = f"IF(LEN({cell})={LENGTH},IFERROR(MOD({total}+{check},{len(ALPHABET)})=0,FALSE),FALSE)"
    again = f'COUNTIF({letters}${first}:{letters}${last_row},{cell}&"*")>1'
    return f"AND(LEN({cell})>0,OR(NOT({right}),{again}))"


def text_lengths(form: Form) -> dict[str, tuple[int, int]]:
    """Roster column → the shortest and longest text that its rule lets pass."""
    found = {}
    for check in form.checks.values():
        if check.rule == "credit_code":
            found[CodeParameters.model_validate(check.parameters).column] = (LENGTH, LENGTH)
        elif check.rule == "roster_plausible":
            found[PlausibleParameters.model_validate(check.parameters).industry] = (1, LONGEST)
    return found
