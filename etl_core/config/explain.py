"""A file's values into its model; every mistake pydantic finds becomes a Problem with its position."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from etl_core.config.document import Document
from etl_core.config.fields import keys_of, model_at
from etl_core.config.models.base import Model
from etl_core.config.problems import Problem
from etl_core.config.wording import EXPECTED, constraint, did_you_mean, found, wrong_type

M = TypeVar("M", bound=Model)
Path = tuple[str | int, ...]


def to_model(document: Document, model: type[M]) -> M | None:
    """The file as `model`; None, with the document's `problems` extended, where it is not one."""
    if not isinstance(document.value, dict):
        message = f"the file must be a mapping with the keys {', '.join(keys_of(model))}"
        document.problems.append(
            document.problem(document.at(""), f"{message}; it holds {found(document.value)}")
        )
        return None
    try:
        # Strict: YAML has types, so `"5"` is no number and `yes` no boolean.
        return model.model_validate(document.value, strict=True)
    except ValidationError as error:
        document.problems.extend(_explain(error, document, model))
        return None


def _explain(error: ValidationError, document: Document, model: type[Model]) -> Iterator[Problem]:
    unions: dict[Path, list[str]] = {}
    for details in error.errors(include_url=False):
        path, rest, value = _descend(document.value, details["loc"])
        kind = details["type"]
        if kind == "missing":
            yield _missing(document, model, path, str(details["loc"][-1]))
        elif kind == "extra_forbidden":
            yield _unknown_key(document, model, path)
        elif kind in EXPECTED:
            # A union reports every alternative; they are one mistake.
            unions.setdefault(path, []).append(kind)
        else:
            yield _outside(document, path, rest, dict(details), value)
    for path, kinds in unions.items():
        where = document.at(_join(path))
        message, hint = wrong_type(_name(path), kinds, _descend(document.value, path)[2])
        yield document.problem(where, message, hint)


def _descend(value: Any, loc: Path) -> tuple[Path, Path, Any]:
    """As far as `loc` leads in the file: the path, what is left of `loc`, the value there."""
    for depth, step in enumerate(loc):
        held = range(len(value)) if isinstance(value, tuple) else value if isinstance(value, dict) else ()
        if step not in held:
            return loc[:depth], loc[depth:], value
        value = value[step]
    return loc, (), value


def _missing(document: Document, model: type[Model], path: Path, key: str) -> Problem:
    holder = model_at(model, path)
    description = holder.model_fields[key].description if holder and key in holder.model_fields else None
    where = document.at(_join(path), key=True)
    inside = f" in `{_name(path)}`" if path else ""
    return document.problem(where, f"missing key `{key}`{inside}", description or "")


def _unknown_key(document: Document, model: type[Model], path: Path) -> Problem:
    key, valid = str(path[-1]), keys_of(model_at(model, path[:-1]))
    hint = did_you_mean(key, valid) or f"valid keys: {', '.join(valid)}"
    return document.problem(document.at(_join(path), key=True), f"unknown key `{key}`", hint)


def _outside(document: Document, path: Path, rest: Path, details: dict[str, Any], value: object) -> Problem:
    is_key = rest == ("[key]",)
    where = document.at(_join(path), key=is_key or details["type"] == "value_error")
    name = "the key" if is_key else f"`{_name(path)}`"
    message, hint = constraint(name, details, path[-1] if is_key else value)
    return document.problem(where, message, hint)


def _join(path: Path) -> str:
    return ".".join(map(str, path))


def _name(path: Path) -> str:
    """`target.keys.0` as people say it: the nearest key, with the number of the entry."""
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        return f"{_name(path[:-1])}[{path[-1] + 1}]"
    return str(path[-1])
