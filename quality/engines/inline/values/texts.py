"""Texts and the keywords NULL, EMPTY and WHITESPACES_ONLY.

The three-valued logic is Deequ's: `!=` a text holds for NULL, `!= EMPTY` and `!= WHITESPACES_ONLY` do not.
White space is what SQL's TRIM takes away: blanks.
"""

from __future__ import annotations

from etl_core.names import literal
from quality.dqdl import Condition
from quality.engines.inline.frame import Column


def text_condition(column: Column, condition: Condition) -> str:
    """TRUE for a good value, whose column may also be one that Spark compares with texts."""
    value = column.sql
    texts = [literal(str(one.value)) for one in condition.operands if one.kind == "string"]
    if column.family == "boolean":  # Spark's IN does not compare it with texts
        value, texts = f"CAST({value} AS STRING)", [text.lower() for text in texts]
    keywords = {one.text for one in condition.operands if one.kind == "keyword"}
    is_one = [f"{value} IN ({', '.join(texts)})"] if texts else []
    blank = f"LENGTH(TRIM({value})) = 0 AND LENGTH({value}) > 0"
    parts = {"NULL": f"{value} IS NULL", "EMPTY": f"{value} = ''", "WHITESPACES_ONLY": blank}
    named = [sql for keyword, sql in parts.items() if keyword in keywords]
    if condition.operator in ("=", "in"):
        return " OR ".join(f"({part})" for part in [*named, *is_one])
    negated = [f"NOT ({part})" for part in named]
    negated += [f"{value} IS NULL OR NOT ({part})" for part in is_one]
    return " AND ".join(f"({part})" for part in negated)
