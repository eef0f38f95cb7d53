"""CSV without newlines inside quotes, which splits: lines of text, cut by RFC 4180.

A line without a quote, nearly every line of most files, is cut at the delimiters and never meets a
CSV parser: that is as fast as Spark's own reader, which also cannot tell an empty text (`""`) from
no value and swallows a quote left open in the last column. A line with quotes is cut by a pattern.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import add

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.config.models.source import ResolvedSource
from etl_core.names import PROBLEM, RAW_LINE
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
    line, dialect = F.col(LINE), request.source
    lines = lines.withColumn(_QUOTED, F.contains(line, F.lit(dialect.quote)))
    lines = lines.withColumn(
        _FIELDS,
        F.when(F.col(_QUOTED), _cut_quoted(line, dialect)).otherwise(
            F.split(line, _escaped(dialect.delimiter), -1)
        ),
    )
    values = [_value(index, dialect).alias(name) for index, name in enumerate(names)]
    problem = _problem(line, len(names), dialect)
    kept = [F.col(name) for name in lines.columns if name not in (LINE, _FIELDS, _QUOTED)]
    split = lines.select(
        *values, *kept, problem.alias(PROBLEM), F.when(problem.isNotNull(), line).alias(RAW_LINE)
    )
    return rows.stamped(split, loaded, request.files)


def _cut_quoted(line: Column, dialect: ResolvedSource) -> Column:
    """The fields as they stand, quotes included. A delimiter put after the last one lets a single
    pattern take all of them, the empty ones too. NULL where the line is not RFC 4180."""
    delimiter = _hex(dialect.delimiter)
    field = _field(dialect)
    valid = line.rlike(f"^{field}(?:{delimiter}{field})*+$")
    fields = F.regexp_extract_all(
        F.concat(line, F.lit(dialect.delimiter)), F.lit(f"\\G({field}){delimiter}"), F.lit(1)
    )
    return F.when(valid, fields)


def _field(dialect: ResolvedSource) -> str:
    """Quoted, with doubled quotes inside, or without any quote. Possessive, so it never backtracks."""
    quote, delimiter = _hex(dialect.quote), _hex(dialect.delimiter)
    return f"(?:{quote}(?:[^{quote}]++|{quote}{quote})*+{quote}|[^{quote}{delimiter}]*+)"


def _value(index: int, dialect: ResolvedSource) -> Column:
    """NULL for an unquoted empty field, '' for a quoted one, else the text without its quotes."""
    field = F.get(F.col(_FIELDS), F.lit(index))
    quote = dialect.quote
    inner = field.substr(F.lit(2), F.length(field) - 2)
    unquoted = F.replace(inner, F.lit(quote * 2), F.lit(quote))
    spellings = {"", dialect.null_value}
    plain = F.when(~field.isin(*spellings) if len(spellings) > 1 else field != "", field)
    return F.when(F.col(_QUOTED) & F.startswith(field, F.lit(quote)), unquoted).otherwise(plain)


def _problem(line: Column, expected: int, dialect: ResolvedSource) -> Column:
    fields = F.col(_FIELDS)
    torn = F.when(_count_of(line, dialect.quote) % 2 == 1, OPEN_QUOTE).otherwise(STRAY_QUOTE)
    count = F.size(fields)
    found = F.concat(count.cast("string"), F.when(count == 1, " field").otherwise(" fields"))
    wanted = f" where {expected} {'is' if expected == 1 else 'are'} expected"
    return (
        F.when(fields.isNull(), torn)
        .when(count != expected, F.concat(found, F.lit(wanted)))
        .when(_bytes_changed(line, expected, dialect), NOT_UTF8)
    )


def _count_of(line: Column, char: str) -> Column:
    return F.length(line) - F.length(F.replace(line, F.lit(char), F.lit("")))


def _bytes_changed(line: Column, expected: int, dialect: ResolvedSource) -> Column:
    """Java reads a byte that is not UTF-8 as the replacement character, which takes three."""
    fields = (F.octet_length(F.get(F.col(_FIELDS), F.lit(index))) for index in range(expected))
    delimiters = (expected - 1) * len(dialect.delimiter.encode())
    return reduce(add, fields) + delimiters != F.octet_length(line)


def _hex(char: str) -> str:
    """A character in a pattern, inside or outside of brackets, whatever it is."""
    return f"\\x{{{ord(char):x}}}"


def _escaped(char: str) -> str:
    """The form that Java's split recognises as a plain character, without compiling a pattern."""
    return re.escape(char) if not char.isalnum() else char
