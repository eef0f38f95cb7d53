"""Rule text is data: what it may not do is found in Spark's own reading of it, before anything runs.

`where` is one condition on a row, without queries of its own. CustomSql is one query of the judged rows and
declared references: no command (DROP, INSERT, SET), no other table, file or script. Functions that call Java
methods are refused in both. Nodes of the plan are allowed by name, so that what a newer Spark adds is refused
until it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from py4j.java_gateway import is_instance_of
from pyspark.sql import SparkSession

from quality.dqdl.naming import PRIMARY
from quality.engines.refusals import UnjudgeableError

_NODES = {
    "Aggregate",
    "Deduplicate",
    "Distinct",
    "Except",
    "Filter",
    "Generate",
    "GlobalLimit",
    "Intersect",
    "Join",
    "LateralJoin",
    "LocalLimit",
    "Offset",
    "OneRowRelation",
    "Pivot",
    "Project",
    "Sample",
    "Sort",
    "SubqueryAlias",
    "Union",
    "Unpivot",
    "UnresolvedHaving",
    "UnresolvedHint",
    "UnresolvedInlineTable",
    "UnresolvedRelation",
    "UnresolvedSubqueryColumnAliases",
    "UnresolvedTableValuedFunction",
    "UnresolvedWith",
    "WithWindowDefinition",
}
_TABLE_FUNCTIONS = {"explode", "explode_outer", "inline", "inline_outer", "posexplode", "range", "stack"}
_CALLS_JAVA = {"reflect", "java_method", "try_reflect"}
_PLAN_EXPRESSION = "org.apache.spark.sql.catalyst.expressions.PlanExpression"


class Guard:
    """Reads with the parser of one session. `references`: what a query may read besides PRIMARY."""

    def __init__(self, spark: SparkSession, references: Iterable[str] = ()) -> None:
        self._tables = frozenset({PRIMARY, *(name.casefold() for name in references)})
        session: Any = spark._jsparkSession
        self._parser = session.sessionState().sqlParser()
        self._gateway = spark.sparkContext._gateway

    def where(self, text: str) -> None:
        """Raises UnjudgeableError for what is not allowed, and Spark's error for what is no expression."""
        expression = self._parser.parseExpression(text)
        if "(" in text:  # without it there is neither a function nor a query
            self._expression(expression, None)

    def query(self, sql: str) -> None:
        """Raises UnjudgeableError for what is not allowed, and Spark's error for what is no SQL."""
        self._plan(self._parser.parsePlan(sql), self._tables)

    def _plan(self, plan: Any, tables: frozenset[str]) -> None:
        kind = plan.getClass().getSimpleName()
        if kind not in _NODES:
            raise UnjudgeableError(f"CustomSql is one query of `{PRIMARY}`; {kind} is not allowed in it")
        if kind == "UnresolvedRelation":
            _known(_text(plan.multipartIdentifier()), tables)
        elif kind == "UnresolvedTableValuedFunction":
            _known(_text(plan.name()), _TABLE_FUNCTIONS)
        elif kind == "UnresolvedWith":
            for pair in _items(plan.cteRelations()):
                self._plan(pair._2(), tables)
                tables = tables | {pair._1().casefold()}
        for expression in _items(plan.expressions()):
            self._expression(expression, tables)
        for child in _items(plan.children()):
            self._plan(child, tables)

    def _expression(self, expression: Any, tables: frozenset[str] | None) -> None:
        kind = expression.getClass().getSimpleName()
        if kind == "UnresolvedFunction" and _text(expression.nameParts()) in _CALLS_JAVA:
            raise UnjudgeableError("functions that call Java methods are not allowed in rules")
        if kind == "ExpressionWithUnresolvedIdentifier":
            raise UnjudgeableError("IDENTIFIER(...) is not allowed in rules")
        if is_instance_of(self._gateway, expression, _PLAN_EXPRESSION):
            if tables is None:
                raise UnjudgeableError("`where` is a condition on one row and holds no query")
            self._plan(expression.plan(), tables)
        for child in _items(expression.children()):
            self._expression(child, tables)


def _known(name: str, names: frozenset[str] | set[str]) -> None:
    if name not in names:
        allowed = f"`{PRIMARY}`, the judged rows, declared references and nothing else"
        raise UnjudgeableError(f"CustomSql reads {allowed}: not `{name}`")


def _text(parts: Any) -> str:
    return ".".join(_items(parts)).casefold()


def _items(sequence: Any) -> Iterator[Any]:
    for index in range(sequence.size()):
        yield sequence.apply(index)
