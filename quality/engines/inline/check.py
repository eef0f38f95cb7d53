"""What has to be known of a frame to judge one rule, and the registry of rule types. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from etl_core.registry import Registry
from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.frame import Frame
from quality.engines.refusals import Refusal


@dataclass(frozen=True)
class Grouping:
    """Rows by the values of `columns` (SQL), of those rows for which `scope` (SQL, empty: always) holds."""

    columns: tuple[str, ...]
    scope: str = ""


@dataclass(frozen=True)
class Groups:
    """What a grouping found. Only groups with a value that is not NULL count, but in `nulls`.

    rows: rows in such groups; distinct: such groups; unique: those of one row; nulls: rows of NULLs only;
    n_log_n: the sum of n ln n over the sizes n of such groups.
    """

    rows: int = 0
    distinct: int = 0
    unique: int = 0
    nulls: int = 0
    n_log_n: float = 0.0


@dataclass(frozen=True)
class Facts:
    """What was found: values by the SQL of aggregates, groups, and the one number of each query."""

    values: Mapping[str, float | None] = field(default_factory=dict)
    groups: Mapping[Grouping, Groups] = field(default_factory=dict)
    numbers: Mapping[str, float | None] = field(default_factory=dict)

    def count(self, sql: str) -> int:
        return int(self.values[sql] or 0)


@dataclass(frozen=True)
class Check:
    """conclude: the answer, once what is listed here is known.

    aggregates: SQL over the judged frame, evaluated together with those of all other rules. groupings: share
    one more pass. queries: each a SELECT that gives one number. fails: SQL, TRUE for a row that fails, never
    NULL; empty where the rule does not judge rows; it may look at other rows (`OVER`).
    """

    conclude: Callable[[Facts], Answer]
    aggregates: tuple[str, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    queries: tuple[str, ...] = ()
    fails: str = ""


def _nothing_refused(_rule: Rule) -> Iterable[Refusal]:
    return ()


@dataclass(frozen=True)
class RuleKind:
    """How one rule type is evaluated.

    compile: raises UnjudgeableError for a frame that the rule does not fit. refuses: what of a well-formed
    rule it does not evaluate. limits: the same for the docs. tags: those it honours.
    """

    compile: Callable[[Rule, Frame], Check]
    refuses: Callable[[Rule], Iterable[Refusal]] = _nothing_refused
    limits: str = ""
    tags: tuple[str, ...] = ()

    def problems(self, rule: Rule) -> Iterator[Refusal]:
        """Why a well-formed rule of this type cannot be evaluated here."""
        for tag in rule.tags:
            if tag.name not in self.tags:
                yield f"{rule.rule_type} with {tag.name}", f"remove `{tag.text}`"
        yield from self.refuses(rule)


RULES: Registry[RuleKind] = Registry("rule type of the inline engine")
