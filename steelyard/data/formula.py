"""Formula: a short expression over the columns of a source, as mapping files declare it.

net / quantity               arithmetic; text that holds a number counts as the number
`Unit of Measure` == "KG"    columns with blanks stand in backquotes; comparisons, and, or, not, in
product.Name                 a column of a joined source
coalesce(a, b)  concat(a, "-", b)  extract(text, "regex")  slice(text, 0, 3)  replace(text, "x", "y")
upper lower strip number text date(text, "%d/%m/%y")  if_else(test, a, b)  round(x, 2) floor least greatest
month_start month_end period(date) add_days(date, 12)  as_of
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce

import polars as pl

from steelyard.data.formula_function import FUNCTIONS, moved
from steelyard.data.term import Term, as_date, as_number, as_plain_text, column_term, literal_term
from steelyard.errors import MappingInvalid


def compile_formula(
    formula: str, schema: Mapping[str, pl.DataType], *, as_of: date | None = None, where: str = ""
) -> Term:
    """Compile a formula over the columns of a source.

    Args:
        formula: The expression.
        schema: Columns it may use.
        as_of: Value of `as_of`.
        where: Place shown in messages.

    Raises:
        MappingInvalid: The formula is no expression, or names a column or function that does not exist.

    Example:
        >>> frame = pl.DataFrame({"a": ["6"], "b": [2]})
        >>> frame.select(compile_formula("a / b", frame.schema).expr).item()
        3.0
    """
    return _Compiler(schema, as_of, f"{where}: {formula}" if where else formula).compile(formula)


_ARITHMETIC: dict[type[ast.operator], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISON: dict[type[ast.cmpop], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class _Compiler:
    def __init__(self, schema: Mapping[str, pl.DataType], as_of: date | None, where: str) -> None:
        self.schema, self.as_of, self.where = schema, as_of, where
        self.quoted: dict[str, str] = {}

    def compile(self, formula: str) -> Term:
        raw = formula.replace(
            "\\", "\\\\"
        )  # NOTE: texts are taken as they stand, so that patterns need no double signs
        try:
            tree = ast.parse(re.sub(r"`([^`]+)`", self._quote, raw).strip(), mode="eval")
        except SyntaxError as fault:
            raise self._invalid("The formula is not complete", "check brackets, quotes and commas") from fault
        return self._term(tree.body)

    def _quote(self, found: re.Match[str]) -> str:
        placeholder = f"_quoted_{len(self.quoted)}"
        self.quoted[placeholder] = found.group(1)
        return placeholder

    def _invalid(self, what: str, mend: str) -> MappingInvalid:
        return MappingInvalid(what, where=self.where, mend=mend)

    def _term(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=value):
                return literal_term(value)
            case ast.Name() | ast.Attribute():
                return self._column(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Term(-as_number(self._term(operand)), "number")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Term(~self._test(operand), "flag")
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return self._arithmetic(self._term(left), type(op), self._term(right))
            case ast.BoolOp(op=op, values=values):
                join = operator.and_ if isinstance(op, ast.And) else operator.or_
                return Term(reduce(join, [self._test(value) for value in values]), "flag")
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return Term(self._comparison(left, op, right), "flag")
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
        raise self._invalid(f"The formula uses {type(node).__name__}, which mappings do not know", f"use {_KNOWN}")

    def _column(self, node: ast.Name | ast.Attribute) -> Term:
        name = self._name(node)
        if name == "as_of" and name not in self.schema:
            return Term(pl.lit(self.as_of, dtype=pl.Date), "date")
        return column_term(name, self.schema, self.where)

    def _name(self, node: ast.expr) -> str:
        if isinstance(node, ast.Attribute):
            return f"{self._name(node.value)}.{self.quoted.get(node.attr, node.attr)}"
        if isinstance(node, ast.Name):
            return self.quoted.get(node.id, node.id)
        raise self._invalid("A dot stands after something that is no source", "write source.Column")

    def _test(self, node: ast.expr) -> pl.Expr:
        term = self._term(node)
        if term.type not in ("flag", "empty"):
            raise self._invalid("A condition is neither true nor false", "compare it with something")
        return term.expr.fill_null(False)

    def _arithmetic(self, left: Term, kind: type[ast.operator], right: Term) -> Term:
        if left.type == "date" and kind in (ast.Add, ast.Sub):
            if right.type == "date":
                days = (left.expr.cast(pl.Date) - right.expr.cast(pl.Date)).dt.total_days()
                return Term(days.cast(pl.Float64), "number")
            return moved(left, as_number(right) if kind is ast.Add else -as_number(right))
        return Term(_ARITHMETIC[kind](as_number(left), as_number(right)), "number")

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> pl.Expr:
        if isinstance(op, ast.In | ast.NotIn):
            found = as_plain_text(self._term(left)).is_in(self._members(right)).fill_null(False)
            return ~found if isinstance(op, ast.NotIn) else found
        if isinstance(op, ast.Is | ast.IsNot):
            empty = self._term(left).expr.is_null()
            return ~empty if isinstance(op, ast.IsNot) else empty
        one, other = _alike(self._term(left), self._term(right))
        return _COMPARISON[type(op)](one, other).fill_null(isinstance(op, ast.NotEq))

    def _members(self, node: ast.expr) -> list[str]:
        if not isinstance(node, ast.List | ast.Tuple | ast.Set):
            raise self._invalid("`in` needs a list", 'write x in ("a", "b")')
        return [_plain(self._term(element).literal) for element in node.elts]

    def _call(self, name: str, arguments: list[ast.expr]) -> Term:
        if name == "if_else" and len(arguments) == 3:
            return _either(self._test(arguments[0]), self._term(arguments[1]), self._term(arguments[2]))
        function = FUNCTIONS.get(name)
        if function is None:
            raise self._invalid(f"There is no function {name!r}", f"use one of {', '.join(sorted(FUNCTIONS))}")
        try:
            return function(*[self._term(argument) for argument in arguments])
        except TypeError as fault:
            raise self._invalid(f"{name} has {len(arguments)} arguments", "see the list of functions") from fault


_KNOWN = "columns, constants, + - * /, comparisons, and, or, not, in, and the functions of mappings"


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _alike(left: Term, right: Term) -> tuple[pl.Expr, pl.Expr]:
    types = {left.type, right.type}
    if "date" in types:
        return as_date(left), as_date(right)
    if "number" in types:
        return as_number(left), as_number(right)
    if "flag" in types:
        return left.expr, right.expr
    return as_plain_text(left), as_plain_text(right)


def _either(test: pl.Expr, yes: Term, no: Term) -> Term:
    kind = no.type if yes.type == "empty" else yes.type
    if {yes.type, no.type} - {kind, "empty"}:
        return Term(pl.when(test).then(as_plain_text(yes)).otherwise(as_plain_text(no)), "text")
    return Term(pl.when(test).then(yes.expr).otherwise(no.expr), kind)
