"""The rule types of DQDL: which parameters and conditions each takes.

Source: the rule type reference in the AWS Glue developer guide, and the table of rule types in Deequ's DQDL
parser (`where` and `with threshold` are taken only where that table allows them).
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBER = frozenset({"number"})
VALUES = frozenset({"number", "string", "date"})
MANY = 99


@dataclass(frozen=True, slots=True)
class RuleType:
    """`conditions`: kinds of condition it takes, none of them being a type without a condition.

    Ratios (Completeness, Uniqueness) allow a share of bad rows, so they judge the table, not each row.
    """

    name: str
    parameters: tuple[int, int]  # fewest, most
    conditions: frozenset[str] = frozenset()
    condition_optional: bool = False
    where: bool = False
    threshold: bool = False
    row_level: bool = False
    names_columns: bool = True
    analyzer_only: bool = False


_ALL = (
    RuleType("RowCount", (0, 0), NUMBER, where=True, names_columns=False),
    RuleType("ColumnCount", (0, 0), NUMBER, names_columns=False),
    RuleType("Completeness", (1, 1), NUMBER, where=True),
    RuleType("IsComplete", (1, 1), where=True, row_level=True),
    RuleType("Uniqueness", (1, 1), NUMBER, where=True),
    RuleType("IsUnique", (1, 1), where=True, row_level=True),
    RuleType("UniqueValueRatio", (1, 1), NUMBER, where=True),
    RuleType("DistinctValuesCount", (1, 1), NUMBER, where=True),
    RuleType("IsPrimaryKey", (1, MANY), where=True, row_level=True),
    RuleType("ColumnValues", (1, 1), VALUES | {"null"}, where=True, threshold=True, row_level=True),
    RuleType("ColumnLength", (1, 1), NUMBER, where=True, row_level=True),
    RuleType("ColumnDataType", (1, 1), frozenset({"string"}), where=True, threshold=True),
    RuleType("ColumnExists", (1, 1)),
    RuleType("ColumnNamesMatchPattern", (1, 1), names_columns=False),
    RuleType("ColumnCorrelation", (2, 2), NUMBER, where=True),
    RuleType("Entropy", (1, 1), NUMBER, where=True),
    RuleType("Mean", (1, 1), NUMBER, where=True),
    RuleType("StandardDeviation", (1, 1), NUMBER, where=True),
    RuleType("Sum", (1, 1), NUMBER, where=True),
    RuleType("DataFreshness", (1, 1), frozenset({"duration"}), where=True),
    RuleType("CustomSql", (1, 1), NUMBER, condition_optional=True, threshold=True, names_columns=False),
    RuleType("ReferentialIntegrity", (2, 2), NUMBER, names_columns=False),
    RuleType("DatasetMatch", (2, 3), NUMBER, names_columns=False),
    RuleType("SchemaMatch", (1, 1), NUMBER, names_columns=False),
    RuleType("AggregateMatch", (2, 2), NUMBER, names_columns=False),
    RuleType("RowCountMatch", (1, 1), NUMBER, names_columns=False),
    RuleType("DetectAnomalies", (1, MANY), names_columns=False),
    RuleType("FileFreshness", (0, 1), frozenset({"date", "duration"}), threshold=True, names_columns=False),
    RuleType("FileMatch", (0, 2), frozenset({"string"}), condition_optional=True, names_columns=False),
    RuleType("FileUniqueness", (0, 1), NUMBER, names_columns=False),
    RuleType("FileSize", (0, 1), frozenset({"size"}), threshold=True, names_columns=False),
    RuleType("AllStatistics", (1, 1), names_columns=False, analyzer_only=True),
)

RULE_TYPES = {rule_type.name: rule_type for rule_type in _ALL}
RULE_NAMES = tuple(sorted(name for name, item in RULE_TYPES.items() if not item.analyzer_only))
