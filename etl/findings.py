"""What can be wrong with a workbook before its figures are looked at, and the form every finding takes.

Checks on figures have their texts in form/checks.yml; the faults of reading (F…) are listed here.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from etl.catalogue import Text

Severity = Literal["error", "query"]
COLOURS: dict[Severity, str] = {"error": "E9A283", "query": "FFD15C"}
"""How each is coloured in a workbook: red-brown and amber, told apart by lightness too (L* 73 and 86) and from the
form's yellow inputs, with ink on both above 7:1."""
Query = tuple[str, str, float | None]
"""(code, about, quantity)."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or asked, at the place where it stands."""

    code: str
    severity: Severity
    message: Text
    sheet: str | None = None
    cell: str | None = None
    measure: str | None = None
    value: float | str | None = None
    answer: str | None = None
    """The base's reason, for a query."""
    about: str = ""
    """What it speaks of, the same in every version and quarter: a measure (unless told otherwise), a firm of the roster
    and its column, a ratio as numerator>denominator. With the code it names a query."""
    quantity: float | None = None
    """The number that a reason would be about: the value, the ratio; None for a blank and for what is no number."""
    anticipated: Mapping[str, float] = field(default_factory=dict, compare=False)
    """Measure → what the check would have expected there, where it can say."""
    suspicion: float | None = field(default=None, compare=False)
    """How likely something is wrong, from 0 to 1, where the check can say."""
    score: float = 0.0
    """Suspicion × effect on the national figure (etl/ordering.py)."""
    remembered: str | None = None
    """The quarter whose accepted reason answers it."""
    for_reviewer: Text | None = None
    """What reviewers may know and the base may not, such as the name of another base."""

    def __post_init__(self) -> None:
        if not self.about:
            object.__setattr__(self, "about", self.measure or "")

    @property
    def query(self) -> Query:
        """What makes it the same question in another version: the check, its subject and the number in question."""
        return self.code, self.about, self.quantity

    @property
    def open(self) -> bool:
        """Whether something is still to be done: an error, or a query without a reason."""
        return self.severity == "error" or not self.answer


# Code → (severity, English, Chinese). Each message says what is found, then what to do.
READING: dict[str, tuple[Severity, str, str]] = {
    "F01": (
        "error",
        "The file cannot be read as an Excel workbook ({reason}). {advice}",
        "文件无法作为Excel工作簿读取({reason})。{advice}",
    ),
    "F02": (
        "error",
        "The workbook has no sheet named {wanted}; its sheets are: {sheets}. Fill the form that was made for your base, and do not rename its sheets.",
        "工作簿中没有名为{wanted}的工作表,现有:{sheets}。请填写为本基地生成的报表,不要重命名工作表。",
    ),
    "F03": (
        "error",
        "Sheet {sheet} has no header row with the columns {wanted}. Restore the header row of the form.",
        "工作表{sheet}缺少含{wanted}列的表头行。请恢复报表原有表头。",
    ),
    "F04": (
        "error",
        "The base's code is missing. It stands in the form's head beside the word “base”; restore it.",
        "缺少基地代码。它位于报表表头“base”一栏右侧,请恢复。",
    ),
    "F05": (
        "error",
        "No base with the code {value} is registered. Correct the code, or ask the programme's administrator to register the base.",
        "代码为{value}的基地未登记。请更正代码,或请管理员先登记该基地。",
    ),
    "F06": (
        "error",
        "“{value}” is not a quarter of the form 2026Q3. Correct it, or use the form made for your quarter.",
        "“{value}”不是形如2026Q3的季度。请更正,或使用本季度的报表。",
    ),
    "F07": (
        "error",
        "The quarter {value} is not open for returns (open: {open}). Use the form of an open quarter, or ask the administrator to open this one.",
        "季度{value}未开放填报(已开放:{open})。请使用已开放季度的报表,或请管理员开放该季度。",
    ),
    "F08": (
        "error",
        "Base {base} was not in the programme in {value}. Check the quarter in the form's head.",
        "基地{base}在{value}尚未纳入(或已退出)示范基地。请核对表头中的季度。",
    ),
    "F09": (
        "error",
        "“{value}” is not a number. Enter digits only, without units or words; leave the cell blank if the value is not known and give the reason in the answer column.",
        "“{value}”不是数字。请只填数字,不带单位或文字;确实无法取得时留空,并在说明栏写明原因。",
    ),
    "F10": (
        "error",
        "The form has no measure “{value}”. Restore the code of this row, or delete the row.",
        "报表中没有指标代码“{value}”。请恢复该行代码,或删除该行。",
    ),
    "F11": (
        "error",
        "The measure {value} stands here a second time, first in {first}. Keep one of the two rows.",
        "指标{value}在此重复出现,首次位于{first}。请只保留一行。",
    ),
    "F12": (
        "error",
        "The row of {value} is missing from the form. Restore it; a value that is not known stays blank with a reason.",
        "报表缺少指标{value}所在行。请恢复该行;无法取得的数据留空并说明原因。",
    ),
    "F13": (
        "error",
        "The cell holds the error {value}. Replace it with the number, or leave it blank and give the reason.",
        "该单元格为错误值{value}。请改填数字,或留空并说明原因。",
    ),
    "F14": (
        "error",
        "The cell holds a formula that was never calculated. Open the workbook in Excel or LibreOffice, save it, and send it again.",
        "该单元格的公式没有计算结果。请在Excel或LibreOffice中打开并保存后重新报送。",
    ),
    "F15": (
        "error",
        "The file holds {base} {value} twice, first in row {first}. Keep one row.",
        "文件中{base} {value}出现两次,首次在第{first}行。请只保留一行。",
    ),
    "F16": (
        "error",
        "“{value}” is not a date. Enter it as a date, such as 2026-09-30.",
        "“{value}”不是日期。请按日期填写,如2026-09-30。",
    ),
    "F17": (
        "error",
        "“{value}” is not one of the choices: {choices}. Choose one from the list.",
        "“{value}”不在可选项内:{choices}。请从列表中选择。",
    ),
    "F18": (
        "error",
        "The column {column} must be filled for every firm. Enter it.",
        "每家企业都须填写“{column}”。请补填。",
    ),
    "F19": (
        "error",
        "The file is past a limit: {limit}. Split it, or remove what does not belong to the return.",
        "文件超出限制:{limit}。请拆分文件,或删除与报表无关的内容。",
    ),
    "F20": (
        "error",
        "The roster has no column “{value}”. Restore the header of the form's roster sheet.",
        "企业名册缺少“{value}”列。请恢复名册工作表的表头。",
    ),
    "F21": (
        "error",
        "The form's head says {value}, but base {base} is registered as {registered}. Use the form made for this base.",
        "表头基地类型为{value},而基地{base}登记为{registered}。请使用为该基地生成的报表。",
    ),
    "F22": (
        "error",
        "Sheet {sheet} has a header but no rows below it. Enter one row for each base and quarter.",
        "工作表{sheet}只有表头,没有数据行。请为每个基地和季度各填一行。",
    ),
    "F23": (
        "error",
        "The workbook carries macros or other active content. It is passed on to other offices, so it may not. Save it as .xlsx (a workbook without macros) and send it again.",
        "工作簿含宏或其他活动内容。报送文件会转发其他单位,不得含有。请另存为.xlsx(不含宏的工作簿)后重新报送。",
    ),
    "F24": (
        "error",
        "Sheet {sheet} is hidden, but it is the one that is read. Unhide it, see that its values are the ones you mean, and send the file again.",
        "工作表{sheet}被隐藏,而系统读取的正是该表。请取消隐藏,核对其中数据后重新报送。",
    ),
    "F25": (
        "query",
        "Sheet {sheet} is hidden and holds values; nothing of it is read. Delete it, or unhide it if it should be seen.",
        "工作表{sheet}被隐藏且有数据,系统不会读取。请删除该表;如需保留请取消隐藏。",
    ),
    "F26": (
        "query",
        "Hidden, but read all the same: {what} of sheet {sheet}. Unhide it and see that what stands there is meant.",
        "工作表{sheet}的{what}被隐藏,其中数据仍计入。请取消隐藏并核对。",
    ),
    "F27": (
        "error",
        "This cell is merged with others ({value}); only the first of them has a value. Unmerge them and fill each cell.",
        "该单元格已与其他单元格合并({value}),只有第一格有值。请取消合并并逐格填写。",
    ),
    "F28": (
        "error",
        "“{value}” stands in a row without a code, so it belongs to no measure. Restore the row's code, or delete the value.",
        "“{value}”所在行没有指标代码,无法归属。请恢复该行代码,或删除该数据。",
    ),
    "F29": (
        "error",
        "“{value}” stands beside the value's cell {place}, which is blank. Move it there if it is the value; else delete it.",
        "“{value}”填在数值单元格{place}旁边,而{place}为空。若为填报值请移入{place},否则请删除。",
    ),
    "F30": ("error", "The return was not taken. {reason}", "报表未接收。{reason}"),
    "F31": (
        "error",
        "The file holds many returns. Here one is sent at a time: fill the form made for this base and quarter, and send that.",
        "文件含多份报表。此处一次只报送一份:请填写本基地本季度的报表后报送。",
    ),
    "F32": (
        "error",
        "The form's head says base {value}, which is not yours. Download your own form, copy your figures into it, and send that.",
        "表头基地代码为{value},不是贵基地。请下载本基地的报表,填入数据后报送。",
    ),
    "F33": (
        "error",
        "This is a form for {value}, but here {wanted} is reported. Send it on the page of its own quarter, or use the form of {wanted}.",
        "这是{value}的报表,而此处填报{wanted}。请在对应季度页面报送,或使用{wanted}的报表。",
    ),
    "F34": (
        "query",
        "The column “{value}” holds values, but the roster has no such column; nothing of it is read. Delete it, or move its values into the roster's columns.",
        "“{value}”列有数据,但名册没有该列,系统不会读取。请删除该列,或将数据移入名册相应列。",
    ),
    "F35": (
        "error",
        "The column {value} holds values but has no header, so they belong to no measure. Restore its header, or delete the column.",
        "{value}列有数据但没有表头,无法归属。请恢复表头,或删除该列。",
    ),
    "F36": (
        "error",
        "The cell holds a number of more than 15 digits ({value}); Excel has lost the last ones. Format the cell as text and enter it again.",
        "该单元格存为超过15位的数字({value}),Excel已丢失末尾几位。请将单元格设为文本格式后重新填写。",
    ),
    "F37": (
        "error",
        "Sheet {sheet} looks like a return too, but only {read} is read. Keep the one you mean under that name, and delete the other.",
        "工作表{sheet}也像报表,但系统只读取{read}。请保留正确的一份并使用该名称,删除另一份。",
    ),
    "F38": (
        "error",
        "The row holds values (“{value}”), but none in the roster's columns. Move them into these, or delete the row.",
        "该行有数据(“{value}”),但均不在名册各列内。请移入相应列,或删除该行。",
    ),
    "F39": (
        "error",
        "The header “{value}” stands here a second time, first in {first}. Keep one of the two columns.",
        "表头“{value}”在此重复出现,首次位于{first}。请只保留一列。",
    ),
}

MOST_ALIKE = 20
"""A fault that many cells of a column share is named at so many of them; the last one says how many more there are."""
MOST_IN_ALL = 200
"""The same for a fault that cells of many columns share."""


def few(findings: list[Finding]) -> list[Finding]:
    """The findings without those that repeat one fault in a column past MOST_ALIKE times, or in a sheet past
    MOST_IN_ALL times."""
    return _at_most(MOST_IN_ALL, _at_most(MOST_ALIKE, findings, _in_a_column, and_more), _in_a_sheet, _and_more_cells)


def _at_most(
    most: int,
    findings: list[Finding],
    alike: Callable[[Finding], tuple],
    and_more: Callable[[Finding, int], Finding],
) -> list[Finding]:
    if len(findings) <= most:
        return findings
    counts: Counter[tuple] = Counter(map(alike, findings))
    kept, seen = [], Counter()
    for finding in findings:
        kind = alike(finding)
        seen[kind] += 1
        left = counts[kind] - most
        if seen[kind] < most or left <= 0:
            kept.append(finding)
        elif seen[kind] == most:
            kept.append(and_more(finding, left))
    return kept


def _in_a_column(finding: Finding) -> tuple:
    return finding.code, finding.sheet, (finding.cell or "").rstrip("0123456789")


def _in_a_sheet(finding: Finding) -> tuple:
    return finding.code, finding.sheet


def and_more(finding: Finding, left: int) -> Finding:
    """The finding, saying that so many more rows have the same fault."""
    rows = "row" if left == 1 else "rows"
    return saying(
        finding, f"{left} more {rows} with the same fault are not listed.", f"另有{left}行存在同样问题,未逐一列出。"
    )


def _and_more_cells(finding: Finding, left: int) -> Finding:
    return saying(
        finding,
        f"At least {left} more cells of this sheet with the same fault are not listed.",
        f"本表至少另有{left}个单元格存在同样问题,未逐一列出。",
    )


def told_once(findings: list[Finding], first: int) -> list[Finding]:
    """For another return than the one, in row `first` of its sheet, that has them all: the gravest of a sheet's findings,
    saying where the rest is, so that no return passes and none repeats them."""
    if len(findings) < 2:
        return findings
    gravest = next((finding for finding in findings if finding.severity == "error"), findings[0])
    left = len(findings) - 1
    return [
        saying(
            gravest,
            f"What else concerns the whole sheet ({left} more) is listed with the return in row {first}.",
            f"涉及整张工作表的其他问题(另{left}项)列于第{first}行的报表下。",
        )
    ]


def saying(finding: Finding, en: str, zh: str) -> Finding:
    """The finding with a sentence more."""
    return replace(finding, message=Text(en=f"{finding.message.en} {en}", zh=f"{finding.message.zh}{zh}"))


def reading_fault(
    code: str,
    *,
    sheet: str | None = None,
    cell: str | None = None,
    measure: str | None = None,
    value: float | str | None = None,
    en: dict[str, str] | None = None,
    zh: dict[str, str] | None = None,
    **words: object,
) -> Finding:
    """A finding from READING. `words` fill the template in both languages, `en` and `zh` where they differ."""
    severity, english, chinese = READING[code]
    shown = {"sheet": sheet, "value": value, **words}
    message = Text(en=english.format(**shown | (en or {})), zh=chinese.format(**shown | (zh or {})))
    return Finding(code, severity, message, sheet, cell, measure, value)
