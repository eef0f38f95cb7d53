"""Printing any ruleset and reading it again gives the same ruleset, however it was spaced."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from quality.dqdl import Analyzer, Condition, Operand, Rule, Ruleset, parse, to_text
from quality.dqdl.conditions import Tag
from quality.dqdl.model import DataSources

names = st.from_regex(r"[a-zA-Zé][a-zA-Z0-9 _.\-#,]{0,8}", fullmatch=True)
written = st.text(st.sampled_from("aZ9 .,#'[](){}|\\\"dé\n"), max_size=8)
wheres = st.just("") | names.map(lambda name: f"{name} is not null")
gaps = st.sampled_from(["", " ", "\n", "\t ", "  # why\n "])


def _number(value: Decimal) -> Operand:
    return Operand("number", f"{value:f}", value)


def _text(value: str) -> Operand:
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return Operand("string", f'"{escaped}"', value)


def _pattern(value: str) -> Operand:  # what stands between the quotes is the pattern, escapes and all
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return Operand("string", f'"{escaped}"', escaped)


def _last(count: int) -> Operand:
    return Operand("function", f"last({count})", name="last", arguments=(_number(Decimal(count)),))


def _call(name: str, count: int) -> Operand:
    history = _last(count)
    return Operand("function", f"{name}({history.text})", name=name, arguments=(history,))


def _joined(left: Operand, sign: str, right: Operand) -> Operand:
    return Operand("function", f"{left.text} {sign} {right.text}", name=sign, arguments=(left, right))


numbers = st.decimals(-1000, 1000, places=2).map(_number)
shares = st.decimals(0, 1, places=3).map(_number)
texts = (written.map(lambda value: f"x{value}") | st.dates().map(str)).map(_text)
keywords = st.sampled_from(["NULL", "EMPTY", "WHITESPACES_ONLY"]).map(lambda k: Operand("keyword", k, k))
dates = st.sampled_from(["now()", "(now() - 3 days)", "(now() + 45 minutes)"]).map(
    lambda text: Operand("date", text)
)
calls = st.builds(_call, st.sampled_from(["avg", "max", "median", "std", "sum"]), st.integers(1, 30))
functions = calls | st.builds(_joined, calls, st.sampled_from(["+", "-", "*", "/"]), numbers | calls)
singles = st.sampled_from(["=", "!=", ">", ">=", "<", "<="])
sets = st.sampled_from(["in", "not in"])


def listed(values: st.SearchStrategy[Operand]) -> st.SearchStrategy[tuple[Operand, ...]]:
    return st.lists(values, min_size=1, max_size=3).map(tuple)


def compared(values: st.SearchStrategy[Operand]) -> st.SearchStrategy[Condition]:
    return st.builds(Condition, singles, values.map(lambda value: (value,)))


def ranges(values: st.SearchStrategy[Operand]) -> st.SearchStrategy[Condition]:
    pairs = st.tuples(values, values).filter(lambda pair: pair[0].value < pair[1].value)
    return st.builds(Condition, st.sampled_from(["between", "not between"]), pairs)


about_numbers = compared(numbers) | ranges(numbers) | st.builds(Condition, sets, listed(numbers))
about_history = compared(numbers | functions) | st.builds(Condition, sets, listed(numbers | functions))
about_texts = st.builds(Condition, st.sampled_from(["=", "!="]), (texts | keywords).map(lambda v: (v,)))
about_values = (
    about_numbers
    | about_texts
    | compared(dates)
    | st.builds(Condition, sets, listed(texts | keywords))
    | st.builds(Condition, st.sampled_from(["matches", "not matches"]), written.map(lambda v: (_pattern(v),)))
)
thresholds = st.none() | compared(shares) | ranges(shares)
labels = st.dictionaries(names, names, min_size=1, max_size=3).map(lambda found: tuple(found.items()))
one_name = names.map(lambda name: (name,))
recent = st.integers(1, 9).map(
    lambda count: (Tag("recentFiles", Condition("=", (_number(Decimal(count)),))),)
)
simple_rules = st.one_of(
    st.builds(Rule, st.just("IsPrimaryKey"), st.lists(names, min_size=1, max_size=3).map(tuple)),
    st.builds(Rule, st.sampled_from(["IsComplete", "IsUnique"]), one_name, where=wheres),
    st.builds(Rule, st.just("RowCount"), condition=about_history, where=wheres),
    st.builds(Rule, st.sampled_from(["Mean", "Sum", "Entropy"]), one_name, about_history, wheres),
    st.builds(Rule, st.just("ColumnValues"), one_name, about_values, wheres, thresholds),
    st.builds(Rule, st.just("FileSize"), condition=compared(st.just(Operand("size", "5 MB"))), tags=recent),
)


def composites(rules: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    """A part is never a composite of its own kind: `(A and B) and C` is one `and` of three."""
    either = st.lists(rules.filter(lambda rule: rule.operator != "or"), min_size=2, max_size=3)
    both = st.lists(rules.filter(lambda rule: rule.operator != "and"), min_size=2, max_size=3)
    return st.one_of(
        either.map(lambda parts: Rule("Composite", operator="or", parts=tuple(parts))),
        both.map(lambda parts: Rule("Composite", operator="and", parts=tuple(parts))),
    )


rules = st.recursive(simple_rules, composites, max_leaves=6)


@st.composite
def labelled(draw: st.DrawFn) -> Rule:
    rule = draw(rules)
    return Rule(
        rule.rule_type,
        rule.parameters,
        rule.condition,
        rule.where,
        rule.threshold,
        rule.tags,
        draw(st.just(()) | labels),
        rule.operator,
        rule.parts,
    )


analyzers = st.builds(Analyzer, st.sampled_from(["Mean", "Completeness"]), one_name) | st.just(
    Analyzer("Distribution", ("AllColumns",), (("bins", "10"), ("rebin", "false")))
)
sources = st.builds(DataSources, names, st.lists(names, max_size=2).map(tuple))
rulesets = st.builds(
    Ruleset,
    st.lists(labelled(), min_size=1, max_size=3).map(tuple),
    st.lists(analyzers, max_size=2).map(tuple),
    st.just(()) | labels,
    st.none() | sources,
    st.sampled_from(["", "1.0"]),
)


@settings(max_examples=60, deadline=None)
@given(rulesets)
def test_what_is_printed_is_read_as_it_was(ruleset: Ruleset) -> None:
    assert parse(to_text(ruleset)) == ruleset


@settings(max_examples=25, deadline=None)
@given(st.lists(rules, min_size=1, max_size=3), gaps)
def test_space_and_comments_mean_nothing(written_rules: list[Rule], gap: str) -> None:
    text = f"Rules{gap}={gap}[{gap}" + f"{gap},{gap}".join(rule.text for rule in written_rules) + f"{gap}]"
    assert parse(text).rules == tuple(written_rules)
