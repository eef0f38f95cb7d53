"""The rule types of DQDL: which parameters, conditions and columns each takes.

Sources: the rule type reference in the AWS Glue developer guide, and the table of rule types that the
published parser goes by (awslabs/dqdl, rules-config.json): `where`, `with threshold` and the number of
parameters are its.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["number", "text", "boolean", "date", "timestamp", "binary", "nested"]
# what the parameters are: columns of the judged table, or something else
Names = Literal["columns", "pattern", "sql", "metric", "path", "reference", "keys", "pair", "aggregates", ""]

MANY = 99
_NUMBER = frozenset({"number"})
_STRING = frozenset({"string"})
_VALUES = frozenset({"number", "string", "date", "null"})
_NUMERIC: frozenset[Family] = frozenset({"number"})
_TEXT: frozenset[Family] = frozenset({"text"})
_TIMES: frozenset[Family] = frozenset({"date", "timestamp"})
_SHARE = (0, 1)
_FILTERS = ("recentFiles", "uriRegex", "filterOrder")


@dataclass(frozen=True, slots=True)
class RuleType:
    """`conditions`: kinds of condition it takes, none of them being a type without a condition.

    Ratios (Completeness, Uniqueness) allow a share of bad rows, so they judge the table, not each row.
    column_types: families of column types it is defined for; empty: any. between: the range of its metric.
    tags: what may follow `with` in a rule, options: in an analyzer.
    dynamic: its number may be compared with earlier results. by_row: it may be part of a composite that is
    evaluated row by row; with a threshold no rule may.
    """

    name: str
    parameters: tuple[int, int]  # fewest, most
    conditions: frozenset[str] = frozenset()
    names: Names = "columns"
    condition_optional: bool = False
    where: bool = False
    threshold: bool = False
    row_level: bool = False
    by_row: bool = True
    analyzer: bool = False
    rule: bool = True
    dynamic: bool = True
    column_types: frozenset[Family] = frozenset()
    between: tuple[int, int] | None = None
    tags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def _statistic(
    name: str,
    columns: tuple[int, int] = (1, 1),
    column_types: frozenset[Family] = frozenset(),
    between: tuple[int, int] | None = None,
    *,
    by_row: bool = True,
) -> RuleType:
    """A number about columns, compared by a condition: the commonest shape."""
    return RuleType(
        name,
        columns,
        _NUMBER,
        where=True,
        analyzer=True,
        column_types=column_types,
        between=between,
        by_row=by_row,
    )


_OF_TABLE = (
    RuleType("RowCount", (0, 0), _NUMBER, "", where=True, analyzer=True),
    RuleType("ColumnCount", (0, 0), _NUMBER, "", analyzer=True),
    RuleType("ColumnExists", (1, 1)),
    RuleType("ColumnNamesMatchPattern", (1, 1), names="pattern"),
    RuleType("CustomSql", (1, 1), _NUMBER, "sql", condition_optional=True, threshold=True, analyzer=True),
    RuleType("DetectAnomalies", (1, MANY), names="metric"),
)
_OF_COLUMNS = (
    RuleType("IsComplete", (1, 1), where=True, row_level=True),
    _statistic("Completeness", between=_SHARE, by_row=False),
    RuleType("IsUnique", (1, MANY), where=True, row_level=True),
    _statistic("Uniqueness", (1, MANY), between=_SHARE, by_row=False),
    _statistic("UniqueValueRatio", between=_SHARE),
    _statistic("DistinctValuesCount"),
    RuleType("IsPrimaryKey", (1, MANY), where=True, row_level=True),
    RuleType(
        "ColumnValues",
        (1, 1),
        _VALUES,
        where=True,
        threshold=True,
        row_level=True,
        analyzer=True,
        dynamic=False,
        tags=("timeZone",),
    ),
    RuleType(
        "ColumnLength",
        (1, 1),
        _NUMBER,
        where=True,
        row_level=True,
        analyzer=True,
        dynamic=False,
        column_types=_TEXT,
    ),
    RuleType(
        "ColumnDataType",
        (1, 1),
        _STRING,
        where=True,
        threshold=True,
        column_types=_TEXT,
        tags=("format",),
    ),
    _statistic("ColumnCorrelation", (2, 2), _NUMERIC, (-1, 1)),
    _statistic("Entropy"),
    _statistic("Mean", column_types=_NUMERIC),
    _statistic("StandardDeviation", column_types=_NUMERIC),
    _statistic("Variance", column_types=_NUMERIC),
    _statistic("Sum", column_types=_NUMERIC),
    RuleType("DataFreshness", (1, 1), frozenset({"duration"}), where=True, column_types=_TIMES),
)
_OF_OTHER_DATA = (
    RuleType("ReferentialIntegrity", (2, 2), _NUMBER, "keys", by_row=False, between=_SHARE),
    RuleType("DatasetMatch", (2, 3), _NUMBER, "pair", by_row=False, between=_SHARE),
    RuleType("SchemaMatch", (1, 1), _NUMBER, "reference", between=_SHARE),
    RuleType("AggregateMatch", (2, 2), _NUMBER, "aggregates", dynamic=False, column_types=_NUMERIC),
    RuleType("RowCountMatch", (1, 1), _NUMBER, "reference"),
)
_OF_FILES = (
    RuleType(
        "FileFreshness",
        (0, 1),
        frozenset({"date"}),
        "path",
        threshold=True,
        tags=(*_FILTERS, "failFast", "timeZone"),
    ),
    RuleType(
        "FileMatch",
        (0, 2),
        _STRING,
        "path",
        condition_optional=True,
        tags=(*_FILTERS, "hashAlgorithm", "matchFileName"),
    ),
    RuleType("FileUniqueness", (0, 1), _NUMBER, "path", between=_SHARE, tags=(*_FILTERS, "matchFileName")),
    RuleType(
        "FileSize",
        (0, 1),
        frozenset({"size", "number"}),
        "path",
        threshold=True,
        dynamic=False,
        tags=(*_FILTERS, "failFast"),
    ),
)
_OF_ANALYZERS = (
    RuleType("AllStatistics", (1, 1), analyzer=True, rule=False),
    RuleType("Distribution", (1, 1), analyzer=True, rule=False, options=("bins", "rebin")),
)
_ALL = _OF_TABLE + _OF_COLUMNS + _OF_OTHER_DATA + _OF_FILES + _OF_ANALYZERS

RULE_TYPES = {rule_type.name: rule_type for rule_type in _ALL}
RULE_NAMES = tuple(sorted(name for name, item in RULE_TYPES.items() if item.rule))
ANALYZER_NAMES = tuple(sorted(name for name, item in RULE_TYPES.items() if item.analyzer))
# of which DetectAnomalies can follow the trend; the reference spells CustomSql so
ANOMALY_METRICS = tuple(
    sorted({*ANALYZER_NAMES} - {"AllStatistics", "Distribution", "CustomSql"} | {"CustomSQL"})
)
