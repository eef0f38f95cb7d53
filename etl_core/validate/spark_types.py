"""Spark's column types, read without Spark.

The names and shapes are those of Spark 3.5 "Data Types", SQL tab; intervals and `void` are left out
because no table format stores them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

from etl_core.registry import closest_hint

_GRAMMAR = r"""
start: type
type: NAME ["(" numbers ")"] ["<" [arguments] ">"]
numbers: INT ("," INT)*
arguments: argument ("," argument)*
?argument: type | field
field: (NAME | QUOTED) [":"] type [NOT_NULL] ["COMMENT"i TEXT]
NOT_NULL: /not\s+null/i
QUOTED: /`([^`]|``)+`/
TEXT: /'([^'\\]|\\.)*'/ | /"([^"\\]|\\.)*"/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%import common.INT
%import common.WS
%ignore WS
"""
_ALIASES = {
    "byte": "tinyint",
    "short": "smallint",
    "integer": "int",
    "long": "bigint",
    "real": "float",
    "dec": "decimal",
    "numeric": "decimal",
    "character": "char",
    "timestamp_ltz": "timestamp",
}
_PLAIN = frozenset(
    {"boolean", "tinyint", "smallint", "int", "bigint", "float", "double"}
    | {"string", "binary", "date", "timestamp", "timestamp_ntz"}
)
_SIZED = {"decimal": (0, 2), "varchar": (1, 1), "char": (1, 1)}  # least and most numbers in brackets
_NESTED = {"array": "array<type>", "map": "map<key type, value type>", "struct": "struct<name: type, ...>"}
_NAMES = tuple(sorted({*_PLAIN, *_SIZED, *_NESTED, *_ALIASES}))


@dataclass(frozen=True)
class SparkType:
    """The outermost name, aliases resolved: `integer` is `int`."""

    name: str


class TypeProblem(ValueError):
    """What is wrong with a type, and what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@cache
def parse_type(text: str) -> SparkType:
    """Raises TypeProblem when `text` is no type a table can hold."""
    plain = text.strip().lower()
    if plain in _PLAIN:
        return SparkType(plain)
    try:
        return _Meaning().transform(_parser().parse(text))
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        column = len(text) + 1 if at_end else error.column
        hint = "for example int, decimal(12,2), array<string>, struct<a: int>"
        raise TypeProblem(f"`{text}` is no Spark type: wrong from character {column}", hint) from None
    except VisitError as error:
        if isinstance(error.orig_exc, TypeProblem):
            raise error.orig_exc from None
        raise


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)


@dataclass(frozen=True)
class _Field:
    type: SparkType


@v_args(inline=True)
class _Meaning(Transformer[Token, SparkType]):
    """Checks names, numbers and arguments while the tree is folded up."""

    def start(self, outermost: SparkType) -> SparkType:
        return outermost

    def numbers(self, *values: Token) -> tuple[int, ...]:
        return tuple(int(value) for value in values)

    def arguments(self, *values: SparkType | _Field) -> tuple[SparkType | _Field, ...]:
        return values

    def field(self, _name: Token, type_: SparkType, *_rest: Token | None) -> _Field:
        return _Field(type_)

    def type(
        self, name: Token, numbers: tuple[int, ...] | None, arguments: tuple[SparkType | _Field, ...] | None
    ) -> SparkType:
        known = _ALIASES.get(name.lower(), name.lower())
        if known in _NESTED:
            _check_nested(known, numbers, arguments or ())
        elif arguments is not None:
            raise TypeProblem(f"`{name}` takes no types in <>", closest_hint(name.lower(), tuple(_NESTED)))
        elif known in _SIZED:
            _check_size(known, numbers or ())
        elif known not in _PLAIN:
            raise TypeProblem(f"unknown type `{name}`", closest_hint(name.lower(), _NAMES))
        elif numbers is not None:
            raise TypeProblem(f"`{name}` takes no number in brackets", f"write {known}")
        return SparkType(known)


def _check_size(name: str, numbers: tuple[int, ...]) -> None:
    least, most = _SIZED[name]
    if not least <= len(numbers) <= most:
        example = "decimal(12,2)" if name == "decimal" else f"{name}(20)"
        raise TypeProblem(
            f"`{name}` takes {'up to two numbers' if most > 1 else 'one number'}", f"write {example}"
        )
    if name == "decimal" and numbers:
        precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
        if not 1 <= precision <= 38 or scale > precision:
            raise TypeProblem("`decimal` has 1 to 38 digits, and no more of them behind the point")
    elif numbers and numbers[0] < 1:
        raise TypeProblem(f"`{name}` needs a length of at least 1")


def _check_nested(
    name: str, numbers: tuple[int, ...] | None, arguments: tuple[SparkType | _Field, ...]
) -> None:
    fields = [isinstance(argument, _Field) for argument in arguments]
    wanted = {"array": [False], "map": [False, False]}.get(name, [True] * max(1, len(fields)))
    if numbers is not None or fields != wanted:
        raise TypeProblem(f"`{name}` is not complete", f"write {_NESTED[name]}")
    if name == "map" and isinstance(arguments[0], SparkType) and arguments[0].name == "map":
        raise TypeProblem("the key of a map cannot be a map")
