"""The models, their schema and their description agree with each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl_core.config import reference, schema
from etl_core.config.fields import model_at, nested_models
from etl_core.config.models.base import Model
from etl_core.config.models.columns import Column
from etl_core.config.models.table import Input, TableConfig
from etl_core.config.models.target import Target
from etl_core.config.wording import PATTERNS, found

PAGE = Path(__file__).parents[3] / "docs/configuration.md"


def patterns(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        yield from (pattern for value in node.values() for pattern in patterns(value))
        yield from node.get("patternProperties", {})
    elif isinstance(node, list):
        yield from (pattern for value in node for pattern in patterns(value))


@pytest.mark.parametrize("kind", schema.KINDS)
def test_every_pattern_has_its_words(kind: str) -> None:
    model, _ = schema.KINDS[kind]
    assert set(patterns(model.model_json_schema())) <= set(PATTERNS)


def test_the_reference_page_is_the_models() -> None:
    """`python -m etl_core.config.reference docs/configuration.md` brings the page up to date."""
    assert reference.updated(PAGE.read_text("utf-8")) == PAGE.read_text("utf-8")


@pytest.mark.parametrize("kind", schema.KINDS)
def test_the_reference_page_has_every_key(kind: str) -> None:
    """An oracle of its own: the keys of the JSON Schema, which pydantic writes."""
    page = PAGE.read_text("utf-8")
    body = schema.schema(kind)
    for part in (body, *body.get("$defs", {}).values()):
        for key in part.get("properties", {}):
            assert re.search(rf"^\| `{key}` \|", page, re.MULTILINE), f"{part.get('title')}: {key}"


def test_models_at_paths() -> None:
    at: dict[tuple[str | int, ...], type[Model] | None] = {
        (): TableConfig,
        ("target",): Target,
        ("columns", 3): Column,
        ("inputs", "any"): Input,
        ("target", "keys"): None,
        ("nothing",): None,
    }
    assert {path: model_at(TableConfig, path) for path in at} == at
    assert list(nested_models(TableConfig.model_fields["columns"].annotation)) == [Column]


def test_what_stands_there_is_short() -> None:
    assert found("x" * 100) == "`" + "x" * 57 + "...`"


def test_the_example_s_committed_schemas_are_those_of_the_models() -> None:
    folder = Path(__file__).parents[3] / "conf/.schema"
    for kind in schema.KINDS:
        written = json.loads((folder / f"{kind}.schema.json").read_text("utf-8"))
        assert written == json.loads(json.dumps(schema.schema(kind))), "run `strata schema --wire`"
