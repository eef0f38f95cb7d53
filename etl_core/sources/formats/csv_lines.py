"""CSV without newlines inside quotes, which splits: lines of text, cut by RFC 4180.

A line without a quote, nearly every line of most files, is cut at the delimiters and never meets a
CSV parser: that is as fast as Spark's own reader, which also cannot tell an empty text (`""`) from
no value and swallows a quote left open in the last column. A line with quotes is cut by a pattern.
"""

from __future__ import annotations

import re

from pyspark.sql import DataFrame

from etl_core.config.models.source import ResolvedSource
from etl_core.names import literal, quote
from etl_core.sources import rows
from etl_core.sources.formats.protocol import FileRead
from etl_core.sources.formats.text_lines import LINE, read_lines

OPEN_QUOTE = (
    "a quote is left open; if values hold newlines, set `multi_line: true` under the contract's `source`"
)
STRAY_QUOTE = "a quote stands outside a quoted value"
NOT_UTF8 = "some bytes are not UTF-8; set the source's `encoding`"
_FIELDS = "_strata_fields"
_QUOTED = "_strata_quoted"


def read_split(request: FileRead, names: tuple[str, ...], skip: int) -> DataFrame:
    """Files that share the columns `names`; the first `skip` lines of each are its header."""
    lines, loaded = read_lines(request, skip=skip)
    dialect = request.source
    split = f"SPLIT({LINE}, {literal(_escaped(dialect.delimiter))}, -1)"
    fields = lines.selectExpr(
        "*",
        f"CONTAINS({LINE}, {literal(dialect.quote)}) AS {_QUOTED}",
        f"IF({_QUOTED}, {_cut_quoted(dialect)}, {split}) AS {_FIELDS}",
    )
    values = [f"{_value(index, dialect)} AS {quote(name)}" for index, name in enumerate(names)]
    record = rows.Record(values, _problem(len(names), dialect), LINE)
    return rows.stamped(fields, record, loaded, request.files)


def _cut_quoted(dialect: ResolvedSource) -> str:
    """The fields as they stand, quotes included. A delimiter put after the last one lets a single
    pattern take all of them, the empty ones too. NULL where the line is not RFC 4180."""
    delimiter, field = _hex(dialect.delimiter), _field(dialect)
    valid = literal(f"^{field}(?:{delimiter}{field})*+$")
    each = literal(f"\\G({field}){delimiter}")
    line = f"CONCAT({LINE}, {literal(dialect.delimiter)})"
    return f"IF(RLIKE({LINE}, {valid}), REGEXP_EXTRACT_ALL({line}, {each}, 1), NULL)"


def _field(dialect: ResolvedSource) -> str:
    """Quoted, with doubled quotes inside, or without any quote. Possessive, so it never backtracks."""
    quote_char, delimiter = _hex(dialect.quote), _hex(dialect.delimiter)
    inside = f"(?:[^{quote_char}]++|{quote_char}{quote_char})*+"
    return f"(?:{quote_char}{inside}{quote_char}|[^{quote_char}{delimiter}]*+)"


def _value(index: int, dialect: ResolvedSource) -> str:
    """NULL for an unquoted empty field, '' for a quoted one, else the text without its quotes."""
    field = _get(index)
    once, twice = literal(dialect.quote), literal(dialect.quote * 2)
    inner = f"REPLACE(SUBSTR({field}, 2, LENGTH({field}) - 2), {twice}, {once})"
    nothing = " AND ".join(f"{field} <> {literal(text)}" for text in sorted({"", dialect.null_value}))
    return f"CASE WHEN {_QUOTED} AND STARTSWITH({field}, {once}) THEN {inner} WHEN {nothing} THEN {field} END"


def _get(index: int) -> str:
    return f"GET({_FIELDS}, {index})"


def _problem(expected: int, dialect: ResolvedSource) -> str:
    quotes = f"LENGTH({LINE}) - LENGTH(REPLACE({LINE}, {literal(dialect.quote)}, ''))"
    torn = f"IF(({quotes}) % 2 = 1, {literal(OPEN_QUOTE)}, {literal(STRAY_QUOTE)})"
    count = f"SIZE({_FIELDS})"
    wanted = f" where {expected} {'is' if expected == 1 else 'are'} expected"
    wrong_count = f"CONCAT({count}, IF({count} = 1, ' field', ' fields'), {literal(wanted)})"
    return (
        f"CASE WHEN {_FIELDS} IS NULL THEN {torn} WHEN {count} <> {expected} THEN {wrong_count} "
        f"WHEN {_bytes_changed(expected, dialect)} THEN {literal(NOT_UTF8)} END"
    )


def _bytes_changed(expected: int, dialect: ResolvedSource) -> str:
    """Java reads a byte that is not UTF-8 as the replacement character, which takes three."""
    lengths = " + ".join(f"OCTET_LENGTH({_get(index)})" for index in range(expected))
    delimiters = (expected - 1) * len(dialect.delimiter.encode())
    return f"{lengths} + {delimiters} <> OCTET_LENGTH({LINE})"


def _hex(char: str) -> str:
    """A character in a pattern, inside or outside of brackets, whatever it is."""
    return f"\\x{{{ord(char):x}}}"


def _escaped(char: str) -> str:
    """The form that Java's split recognises as a plain character, without compiling a pattern."""
    return re.escape(char) if not char.isalnum() else char
