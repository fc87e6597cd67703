"""The language of checks and indicators: names of measures, arithmetic, comparison and looking back in time.

    numbers   measure names   + - * /   == != <= >= < >   and or not   abs() min() max()   quarter (1–4)
    lag1(x) lag4(x)   x that many quarters back
    sum4(x)           sum of x over the last four quarters
    avg5(x)           mean of x over the last five quarter ends

`parse` turns text into a tree of the classes below; `evaluation.py` computes it. Python's own parser reads the text,
and a whitelist decides what of it is ours: no attribute, no other call, no string.
"""

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

MAX_LENGTH = 2_000
MAX_DEPTH = 50

ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">"}
FUNCTIONS = {"abs": 1, "min": None, "max": None}
"""How many arguments a function takes; None is one or more."""
WINDOWS = {"lag1": (1,), "lag4": (4,), "sum4": (0, 1, 2, 3), "avg5": (0, 1, 2, 3, 4)}
"""How many quarters back a window looks."""
QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Measure:
    code: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """1–4, the quarter that is looked at."""


@dataclass(frozen=True, slots=True)
class Negative:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Logic:
    operator: str
    """"and" or "or"."""
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Window:
    name: str
    operand: "Node"


Node = Number | Measure | Quarter | Negative | Arithmetic | Comparison | Not | Logic | Function | Window


class FormulaError(ValueError):
    """A text that is no formula; the message names the column (from 1) and what to write instead."""

    def __init__(self, message: str, column: int = 1):
        super().__init__(f"column {column}: {message}")
        self.column = column


@cache
def parse(text: str) -> Node:
    """The tree of a formula. Raises FormulaError, whose message says where and what is expected."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"longer than {MAX_LENGTH} characters; split it")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"is not a formula ({error.msg})", error.offset or 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise FormulaError("is not a formula") from None
    return _node(tree.body, 1)


def is_condition(node: Node) -> bool:
    """Whether the formula is true or false (a check) rather than a number (an indicator)."""
    return isinstance(node, Comparison | Not | Logic)


def _node(tree: ast.expr, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise FormulaError(f"nested deeper than {MAX_DEPTH} levels; split it")

    def inner(part: ast.expr) -> Node:
        return _node(part, depth + 1)

    def number(part: ast.expr) -> Node:
        node = inner(part)
        if is_condition(node):
            raise FormulaError("a number is expected here, not a comparison", part.col_offset + 1)
        return node

    def condition(part: ast.expr) -> Node:
        node = inner(part)
        if not is_condition(node):
            raise FormulaError("a comparison is expected here, such as a <= b", part.col_offset + 1)
        return node

    match tree:
        case ast.Constant(value=bool() | str() | bytes() | None):
            raise FormulaError("only numbers and names of measures may stand here", tree.col_offset + 1)
        case ast.Constant(value=int() | float() as value):
            return Number(_finite(value, tree.col_offset + 1))
        case ast.Name(id=name):
            if name in FUNCTIONS or name in WINDOWS:
                raise FormulaError(f"{name} needs its argument: {name}(…)", tree.col_offset + 1)
            return Quarter() if name == QUARTER else Measure(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negative(number(operand))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return number(operand)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(condition(operand))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            return Arithmetic(ARITHMETIC[type(operator)], number(left), number(right))
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in COMPARISONS:
            sides = inner(left), inner(right)
            if is_condition(sides[0]) != is_condition(sides[1]):
                raise FormulaError("compares a number with a comparison", tree.col_offset + 1)
            return Comparison(COMPARISONS[type(operator)], *sides)
        case ast.Compare(ops=[_, _, *_]):
            raise FormulaError("one comparison at a time; join two with `and`", tree.col_offset + 1)
        case ast.BoolOp(op=operator, values=values):
            return Logic("and" if isinstance(operator, ast.And) else "or", tuple(map(condition, values)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, tuple(map(number, arguments)), tree.col_offset + 1)
    raise FormulaError(f"`{ast.unparse(tree)}` is not part of the formula language", tree.col_offset + 1)


def _finite(value: float, column: int) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise FormulaError("is too large a number", column)
    return number


def _call(name: str, arguments: tuple[Node, ...], column: int) -> Node:
    if name in WINDOWS:
        if len(arguments) != 1:
            raise FormulaError(f"{name} takes one argument", column)
        return Window(name, arguments[0])
    if name not in FUNCTIONS:
        known = ", ".join([*FUNCTIONS, *WINDOWS])
        raise FormulaError(f"there is no function {name}; there are {known}", column)
    count = FUNCTIONS[name]
    if len(arguments) != count if count else not arguments:
        raise FormulaError(f"{name} takes {'one argument' if count else 'at least one argument'}", column)
    return Function(name, arguments)


def children(node: Node) -> tuple[Node, ...]:
    """The parts a node is made of, in the order of the text."""
    match node:
        case Negative(operand) | Not(operand) | Window(_, operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Logic(_, operands) | Function(_, operands):
            return operands
    return ()


def measures(node: Node) -> tuple[str, ...]:
    """The measures a formula names, each once, in the order of the text."""
    return tuple(dict.fromkeys(code for code, _ in operands(node)))


@cache
def operands(node: Node) -> tuple[tuple[str, int], ...]:
    """Every (measure, quarters back) the formula reads, each once, in the order of the text."""
    return tuple(dict.fromkeys(_operands(node, 0)))


def _operands(node: Node, back: int) -> Iterator[tuple[str, int]]:
    match node:
        case Measure(code):
            yield code, back
        case Window(name, operand):
            for step in WINDOWS[name]:
                yield from _operands(operand, back + step)
        case _:
            for part in children(node):
                yield from _operands(part, back)


def reach(node: Node) -> int:
    """How many quarters back the formula looks at most."""
    return max((back for _, back in operands(node)), default=0)
