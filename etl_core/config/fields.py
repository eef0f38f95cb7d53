"""Which keys a model takes at a path: for the closest valid name, the schema and the reference."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from etl_core.config.models.base import Model


def model_at(model: type[Model], path: tuple[str | int, ...]) -> type[Model] | None:
    """The model of the mapping at `path` (keys and list indices from the root of `model`)."""
    found: Any = model
    for step in path:
        found = _step(found, step)
    return next((part for part in _parts(found) if _is_model(part)), None)


@cache
def keys_of(model: type[Model] | None) -> tuple[str, ...]:
    return tuple(model.model_fields) if model else ()


def nested_models(annotation: Any) -> Iterator[type[Model]]:
    """Every model inside a field's annotation: its own, or that of its items or values."""
    for part in _parts(annotation):
        if _is_model(part):
            yield part
        elif get_origin(part) in (dict, tuple):
            for argument in get_args(part):
                yield from nested_models(argument)


def _step(annotation: Any, step: str | int) -> Any:
    for part in _parts(annotation):
        if _is_model(part) and step in part.model_fields:
            return part.model_fields[str(step)].annotation
        if get_origin(part) is dict:
            return get_args(part)[1]
        if get_origin(part) is tuple:
            return get_args(part)[0]
    return None


def _parts(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, without `Annotated`, `None` and literals."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    elif annotation not in (None, type(None)) and origin is not Literal:
        yield annotation


def _is_model(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Model)
