"""R01 and R06: each row of the roster is sound by itself. Without a roster, as in a history, nothing is said."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from etl.catalogue import Text
from etl.findings import Finding
from etl.rules.context import Context, Parameters, Rule
from etl.rules.credit_code import ALPHABET, LENGTH, check_character, is_valid
from etl.rules.industry import is_industry
from etl.rules.rows import at_row, listed, without

if TYPE_CHECKING:
    from etl.reading import Roster
    from etl.registry import Base


class CodeParameters(Parameters):
    column: str


def credit_code(context: Context, parameters: CodeParameters) -> Iterator[Finding]:
    """Every credit code is right, and stands in the roster once."""
    roster = context.item.roster
    if roster is None or parameters.column not in roster.columns:
        return
    codes: list[str | None] = roster.columns[parameters.column]
    wrong = [firm for firm, code in enumerate(codes) if code is not None and not is_valid(code)]
    yield from listed(wrong, lambda firm: at_row(context, parameters.column, firm, *_code_fault(codes[firm] or "")))
    first: dict[str, int] = {}
    for firm, code in enumerate(codes):
        if code is not None:
            first.setdefault(code, firm)
    again = [firm for firm, code in enumerate(codes) if code is not None and first[code] != firm]

    def repeated(firm: int) -> Finding:
        code = codes[firm] or ""
        row, shown = roster.rows[first[code]] + 1, code[:40]
        en, zh = f"{shown} stands here again, first in row {row}.", f"{shown}重复出现,首次在第{row}行。"
        return at_row(context, parameters.column, firm, en, zh)

    yield from listed(again, repeated)


def _code_fault(code: str) -> tuple[str, str]:
    """In English and Chinese what is wrong with a credit code."""
    if len(code) != LENGTH:
        return (
            f"“{code[:40]}” has {len(code)} characters; a credit code has {LENGTH}.",
            f"“{code[:40]}”为{len(code)}位,统一社会信用代码应为{LENGTH}位。",
        )
    strange = "".join(dict.fromkeys(character for character in code if character not in ALPHABET))
    if strange:
        return (
            f"“{code}” holds {strange}; a credit code is made of digits and capital letters without I, O, S, V, Z.",
            f"“{code}”含有{strange},统一社会信用代码只用数字和大写字母(不含I、O、S、V、Z)。",
        )
    right = check_character(code[:-1])
    return (
        f"{code} is not a credit code: its first 17 characters give the check character {right}, not {code[-1]}.",
        f"{code}不是有效的统一社会信用代码:按前17位计算,校验码应为{right},而非{code[-1]}。",
    )


class PlausibleParameters(Parameters):
    column: str
    """The column of credit codes; the others are columns too."""
    registered: str
    entered: str
    industry: str


def roster_plausible(context: Context, parameters: PlausibleParameters) -> Iterator[Finding]:
    """No firm is in two bases, none entered before it was registered, and industry codes exist."""
    roster = context.item.roster
    if roster is None:
        return
    yield from _in_two_bases(context, roster, parameters.column)
    yield from _entered_too_early(context, roster, parameters)
    yield from _no_industry(context, roster, parameters.industry)


def _in_two_bases(context: Context, roster: "Roster", column: str) -> Iterator[Finding]:
    codes = roster.columns.get(column, [])
    elsewhere = context.elsewhere(list({code for code in codes if code is not None}))
    double = [firm for firm, code in enumerate(codes) if elsewhere.get(code)]

    def told(firm: int) -> Finding:
        code, others = codes[firm], elsewhere[codes[firm]]
        where, known = _elsewhere(context.base, others), without(context, firm)
        en, zh = f"{code} is also in this quarter's roster of {where.en}.", f"{code}同时列入{where.zh}的本季名册。"
        named = _named(context, others)
        return at_row(context, column, firm, en, zh, anticipated=known, for_reviewer=named)

    yield from listed(double, told)


def _elsewhere(own: "Base", others: list["Base"]) -> Text:
    """As much as a base may know of the others: their rosters are confidential."""
    near = sum(other.province == own.province for other in others)
    if len(others) > 1:
        return Text(
            en=f"{len(others)} other bases in the programme, {near} of them in the same province",
            zh=f"另外{len(others)}家基地(其中同省{near}家)",
        )
    if near:
        return Text(en="another base in the programme, in the same province", zh="同省另一家基地")
    return Text(en="another base in the programme, in another province", zh="外省另一家基地")


def _named(context: Context, others: list["Base"]) -> Text:
    """Code, name and province of the other bases."""

    def name(base: "Base", language: str) -> str:
        province = context.form.provinces.get(base.province)
        where = province.name[language] if province else base.province
        return f"{base.code} {base.name[language]} ({where})"

    return Text(
        en="Also in the roster of: " + "; ".join(name(base, "en") for base in others),
        zh="同时列入名册的基地:" + ";".join(name(base, "zh") for base in others),
    )


def _entered_too_early(context: Context, roster: "Roster", parameters: PlausibleParameters) -> Iterator[Finding]:
    if not {parameters.registered, parameters.entered} <= roster.columns.keys():
        return
    registered, entered = roster.columns[parameters.registered], roster.columns[parameters.entered]
    early = [
        firm
        for firm, (start, entry) in enumerate(zip(registered, entered, strict=True))
        if start is not None and entry is not None and entry < start
    ]
    yield from listed(
        early,
        lambda firm: at_row(
            context,
            parameters.entered,
            firm,
            f"The firm entered on {entered[firm]}, before it was registered on {registered[firm]}.",
            f"入孵日期{entered[firm]}早于注册日期{registered[firm]}。",
        ),
    )


def _no_industry(context: Context, roster: "Roster", column: str) -> Iterator[Finding]:
    codes = roster.columns.get(column, [])
    unknown = [firm for firm, code in enumerate(codes) if code is not None and not is_industry(code)]
    yield from listed(
        unknown,
        lambda firm: at_row(
            context,
            column,
            firm,
            f"“{codes[firm][:40]}” is not in GB/T 4754-2017: a letter A–T, then digits of that section, such as I65.",
            f"“{codes[firm][:40]}”不在GB/T 4754-2017中:应为门类字母A—T加该门类的数字代码,如I65。",
        ),
    )


RULES = {
    "credit_code": Rule(credit_code, CodeParameters),
    "roster_plausible": Rule(roster_plausible, PlausibleParameters),
}
