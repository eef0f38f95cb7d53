from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import Node

from etl_core.config.document import Document, build
from etl_core.config.problems import Problem
from etl_core.config.variables import Variables
from etl_core.config.yaml import compose


def document(text: str, **variables: str | int) -> Document:
    node = compose(text, "a.yaml")
    assert isinstance(node, Node), node
    return build(node, "a.yaml", Variables(variables, process={}), text)


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        # YAML 1.2.2, section 10.3.2: what 1.1 took for booleans, sexagesimals and octals is not
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("tRUE", "tRUE"),
        ("True", True),
        ("false", False),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("+7", 7),
        ("-x", "-x"),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.INF", -math.inf),
        ("2024-01-02", "2024-01-02"),
        ("1.2.3", "1.2.3"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("<<", "<<"),
        ("=", "="),
        ('"true"', "true"),
        ("'12'", "12"),
        ("!!str 12", "12"),
    ],
)
def test_plain_scalars_follow_the_core_schema(scalar: str, value: object) -> None:
    found = document(f"a: {scalar}\n")
    assert found.value == {"a": value}
    assert type(found.value["a"]) is type(value)  # type: ignore[index]
    assert found.problems == []


def test_not_a_number_is_one() -> None:
    assert math.isnan(document("a: .nan\n").value["a"])  # type: ignore[index]


def test_lists_are_tuples_and_every_key_and_value_has_its_place() -> None:
    found = document("target:\n  keys: [a, b]\n  mode: cdc\ncolumns:\n  - name: x\n  - name: y\n")
    assert found.value == {
        "target": {"keys": ("a", "b"), "mode": "cdc"},
        "columns": ({"name": "x"}, {"name": "y"}),
    }
    places = {path: (at.line, at.column) for path, at in found.values.items()}
    assert places["target"] == (1, 1), "a mapping stands where its key does"
    assert places["target.keys.1"] == (2, 13)
    assert places["target.mode"] == (3, 9)
    assert places["columns.1.name"] == (6, 11)
    assert (found.keys["columns.1.name"].line, found.keys["columns.1.name"].column) == (6, 5)


def test_a_duplicate_key_names_the_first() -> None:
    (problem,) = document("a: 1\nb: 2\na: 3\n").problems
    assert problem.where == "a.yaml:3:1"
    assert problem.message == "key `a` stands twice; the first is in line 1"


def test_a_tag_and_a_list_as_key_are_problems() -> None:
    found = document("a: !secret x\n? [1, 2]\n: b\n")
    assert [(p.line, p.message) for p in found.problems] == [
        (1, "the tag `!secret` means nothing here"),
        (2, "a key must be a single word"),
    ]


def test_aliases_are_values_and_one_inside_itself_is_a_problem() -> None:
    assert document("a: &x {k: 1}\nb: *x\n").value == {"a": {"k": 1}, "b": {"k": 1}}
    (problem,) = document("a: &x [1, *x]\n").problems
    assert problem.message == "an alias that contains itself"


def test_an_alias_bomb_is_refused_quickly() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    found = document("\n".join(lines))
    assert [problem.message for problem in found.problems] == ["aliases make this file too large"]
    assert len(found.values) < 51_000


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: [1, 2\nb: 3\n", (2, 2), "',' or ']'"),
        ("a:\n\tb: 1\n", (2, 1), "cannot start any token"),
        ("a: b: c\n", (1, 5), "mapping values are not allowed"),
        ("a: 1\n---\nb: 2\n", (2, 1), "another document"),
        ('a: "open\n', (2, 1), "unexpected end of stream"),
        ("a: *nobody\n", (1, 4), "undefined alias"),
        ("", (0, 0), "the file is empty"),
        ("# only a comment\n", (0, 0), "the file is empty"),
    ],
)
def test_a_syntax_error_is_one_problem_with_its_place(text: str, place: tuple[int, int], words: str) -> None:
    found = compose(text, "a.yaml")
    assert isinstance(found, Problem)
    assert (found.line, found.column) == place
    assert words in found.message


def test_a_tab_gets_a_hint() -> None:
    found = compose("a:\n\tb: 1\n", "a.yaml")
    assert isinstance(found, Problem)
    assert found.hint == "indent with spaces, not tabs"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("q:\n  rules: |\n    first\n", (3, 5)),
        ("q:\n  rules: |2\n      first\n", (3, 5)),
        ("q:\n  rules: | # note\n\n\n    first\n", (3, 5)),
        ('q: {rules: "first"}\n', (1, 13)),
    ],
)
def test_where_the_text_of_a_scalar_begins(text: str, place: tuple[int, int]) -> None:
    found = document(text).values["q.rules#text"]
    assert (found.line, found.column) == place


# What YAML gives a meaning, in places where JSON does not.
WORDS = st.text("aé中:#-[]{},'\"\\& *!|>%@`?~.0 \n\t", max_size=8)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS


INNER = st.lists(LEAVES, max_size=3) | st.dictionaries(WORDS, LEAVES, max_size=3)


@settings(max_examples=40)
@given(st.dictionaries(WORDS, LEAVES | INNER, max_size=3))
def test_json_is_yaml(value: dict[str, object]) -> None:
    """YAML 1.2 is a superset of JSON; lists come as tuples."""
    found = document(json.dumps(value, ensure_ascii=False, indent=1))
    assert found.problems == []
    assert json.loads(json.dumps(found.value)) == value
