"""Which records are the same person: the one place where that is decided.

The rule, in this order:
1. Records with the same exact key (a tax id) are one person; records with different ones never are.
2. A record without exact key joins the person whose records have its fallback key (name and birth
   date), if all of those agree on one exact key.
3. Records without exact key that share a fallback key nobody else claims are one person.
4. Any other record is a person of its own.

No step depends on the order of the records, so any permutation or partitioning gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from etl_core.names import quote

# Letters with marks and the plain letters that systems without them write instead.
MARKED = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿčďěňřšťůžćłńśźżőűğışßæœ"  # fmt: skip
PLAIN = "aaaaaaceeeeiiiinoooooouuuuyycdenrstuzclnszzougissao"

_EXACT, _FALLBACK, _LEAST, _GREATEST, _GROUP = (
    "_match_exact", "_match_fallback", "_match_least", "_match_greatest", "_match_group",
)  # fmt: skip


def name_key(name: Column) -> Column:
    """`Seán O'Brien`, `SEAN OBRIEN ` -> `seanobrien`: small letters, no marks, letters only.

    String in, string out; NULL for NULL and for a name without any letter.
    """
    key = F.regexp_replace(F.translate(F.lower(name), MARKED, PLAIN), r"[^\p{L}]", "")
    return F.when(key != "", key)


def match_people(
    *, reference: str, exact: str, fallback: Sequence[str], into: str = "person_id"
) -> Callable[[DataFrame], DataFrame]:
    """Add `into` (string): the smallest `reference` among the records of the same person.

    `reference` names a unique string column, `exact` and `fallback` the keys of the rule above; a
    record whose fallback key has a NULL part has none.
    """

    def apply(records: DataFrame) -> DataFrame:
        keyed = records.withColumns(
            {_EXACT: F.col(quote(exact)).cast("string"), _FALLBACK: _joined(fallback)}
        )
        alike = Window.partitionBy(F.coalesce(_FALLBACK, F.concat(F.lit("\x1e"), F.col(quote(reference)))))
        claimed = keyed.withColumns({_LEAST: F.min(_EXACT).over(alike), _GREATEST: F.max(_EXACT).over(alike)})
        grouped = claimed.withColumn(_GROUP, _group(reference))
        one = Window.partitionBy(_GROUP)
        matched = grouped.withColumn(into, F.min(F.col(quote(reference))).over(one))
        return matched.drop(_EXACT, _FALLBACK, _LEAST, _GREATEST, _GROUP)

    return apply


def _joined(columns: Sequence[str]) -> Column:
    """All parts as one text, NULL if any part is NULL (concat, unlike concat_ws, does that)."""
    parts = [F.col(quote(name)).cast("string") for name in columns]
    return reduce(lambda left, right: F.concat(left, F.lit("\x1f"), right), parts)


def _group(reference: str) -> Column:
    """A text that the records of one person share; the letter in front keeps the kinds of key apart."""
    agreed = F.when(F.col(_LEAST) == F.col(_GREATEST), F.col(_LEAST))
    nobody = F.when(F.col(_LEAST).isNull(), F.col(_FALLBACK))
    return F.coalesce(
        F.concat(F.lit("e"), F.col(_EXACT)),
        F.concat(F.lit("e"), agreed),
        F.concat(F.lit("f"), nobody),
        F.concat(F.lit("r"), F.col(quote(reference))),
    )
