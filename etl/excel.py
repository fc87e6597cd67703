"""Renders a check's formula tree as an Excel formula, so that the form shows ✓ or ✗ before anything is sent.

The same tree that `evaluation.py` computes: a blank operand makes the answer "?", a measure that is not asked of the
base's type counts as 0 when it is added, and comparisons of money leave the same tolerance.
"""

from collections.abc import Callable, Mapping, Sequence

from etl import periods
from etl.formula import (
    Arithmetic,
    Comparison,
    Function,
    Logic,
    Measure,
    Negative,
    Node,
    Not,
    Number,
    Quarter,
    Window,
    measures,
    operands,
)

HOLDS, FAILS, UNKNOWN = "✓", "✗", "?"

Cell = Callable[[str, int], str | None]
"""(measure, quarters back) → the cell that holds it, such as "$E$9"; None where the form has none."""


class NotInForm(ValueError):
    """The formula looks at a value that the form does not show."""


def check_formula(node: Node, cell: Cell, period: str, not_asked: set[str], tolerance: Mapping[str, float]) -> str:
    """An Excel formula giving ✓, ✗ or "?" (an operand is blank). Raises NotInForm when a value has no cell, or when the
    check cannot apply to the base's type."""
    translator = Translator(cell, period, not_asked, tolerance)
    return sign(translator.needs(node), translator.condition(node))


def sign(needs: Sequence[str], holds: str) -> str:
    """An Excel formula giving "?" while one of the cells needed holds no number, then ✓ or ✗."""
    shown = f'IF({holds},"{HOLDS}","{FAILS}")'
    return f'=IF(COUNT({",".join(needs)})<{len(needs)},"{UNKNOWN}",{shown})' if needs else f"={shown}"


def plain(value: float) -> str:
    """A number as it stands in an Excel formula."""
    return f"{value:.15g}"


class Translator:
    """Renders parts of formulas for one form. Each method raises NotInForm as check_formula does."""

    def __init__(self, cell: Cell, period: str, not_asked: set[str], tolerance: Mapping[str, float]):
        self._cell, self._quarter = cell, periods.quarter(period)
        self._not_asked, self._tolerance = not_asked, tolerance

    def needs(self, node: Node) -> list[str]:
        """The cells that must hold numbers."""
        needed = [(code, back) for code, back in operands(node) if code not in self._not_asked]
        if not needed:
            raise NotInForm("nothing of it is asked")
        return [self.place(code, back) for code, back in needed]

    def place(self, code: str, back: int) -> str:
        place = self._cell(code, back)
        if place is None:
            raise NotInForm(f"{code}, {back} quarters back")
        return place

    def condition(self, node: Node) -> str:
        match node:
            case Not(operand):
                return f"NOT({self.condition(operand)})"
            case Logic(operator, parts):
                return f"{operator.upper()}({','.join(map(self.condition, parts))})"
            case Comparison(operator, left, right) if isinstance(left, Comparison | Logic | Not):
                return f"({self.condition(left)}){_SIGN[operator]}({self.condition(right)})"
            case Comparison(operator, left, right):
                slack = max((self._tolerance.get(code, 0.0) for code in measures(node)), default=0.0)
                return _COMPARE[operator].format(
                    gap=f"({self.number(left)})-({self.number(right)})", slack=plain(slack)
                )
        raise NotInForm("a condition is expected")

    def number(self, node: Node, back: int = 0) -> str:
        match node:
            case Number(value):
                return plain(value)
            case Quarter():
                return str((self._quarter - back - 1) % 4 + 1)
            case Measure(code):
                if code in self._not_asked:
                    raise NotInForm(f"{code} is not asked")
                return self.place(code, back)
            case Negative(operand):
                return f"-({self.number(operand, back)})"
            case Arithmetic("+", left, right):
                return self._sum(left, right, back)
            case Arithmetic(operator, left, right):
                return f"({self.number(left, back)}){operator}({self.number(right, back)})"
            case Function(name, parts):
                return f"{name.upper()}({','.join(self.number(part, back) for part in parts)})"
            case Window("lag1", operand):
                return self.number(operand, back + 1)
            case Window("lag4", operand):
                return self.number(operand, back + 4)
        raise NotInForm("it looks at more quarters than the form shows")

    def _sum(self, left: Node, right: Node, back: int) -> str:
        """A part that is not asked counts as 0 beside one that is."""
        parts = []
        for part in (left, right):
            codes = measures(part)
            if not codes or any(code not in self._not_asked for code in codes):
                parts.append(self.number(part, back))
        if not parts:
            raise NotInForm("nothing of it is asked")
        return f"({'+'.join(parts)})"


_SIGN = {"==": "=", "!=": "<>", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}
_COMPARE = {
    "==": "ABS({gap})<={slack}",
    "!=": "ABS({gap})>{slack}",
    "<=": "{gap}<={slack}",
    ">=": "-({gap})<={slack}",
    "<": "-({gap})>{slack}",
    ">": "{gap}>{slack}",
}
