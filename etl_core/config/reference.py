"""The tables of docs/configuration.md, from the models: `python -m etl_core.config.reference PAGE`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from etl_core.config.fields import nested_models
from etl_core.config.models.base import Model
from etl_core.config.schema import KINDS
from etl_core.config.wording import PATTERNS

_BLOCK = re.compile(r"(?P<begin><!-- keys: (?P<kind>\w+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
_KINDS = {
    "mapping": "mapping",
    "object": "mapping of names",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true, false",
}
_HEAD = "| Key | Value | Default | |\n|---|---|---|---|\n"


def updated(page: str) -> str:
    """`page` with what stands between `<!-- keys: KIND -->` and `<!-- end -->` written anew."""
    return _BLOCK.sub(lambda block: f"{block['begin']}{_tables(block['kind'])}{block['end']}", page)


def _tables(kind: str) -> str:
    """The file's own keys, then those of each mapping inside."""
    sections = [_HEAD + "".join(_rows(KINDS[kind][0]))]
    for path, model in _nested(KINDS[kind][0], ""):
        sections.append(f"Below `{path}`:\n\n{_HEAD}" + "".join(_rows(model)))
    return "\n" + "\n".join(sections) + "\n"


def _nested(model: type[Model], above: str) -> Iterator[tuple[str, type[Model]]]:
    for name, field in model.model_fields.items():
        for inner in nested_models(field.annotation):
            path = f"{above}{name}"
            yield path, inner
            yield from _nested(inner, f"{path}.")


def _rows(model: type[Model]) -> Iterator[str]:
    properties = model.model_json_schema().get("properties", {})
    for name, field in model.model_fields.items():
        cells = (f"`{name}`", _value(properties[name]), _default(field), field.description or "")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.default
    if value is None or value in ((), {}, "") or isinstance(value, Model):
        return ""
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _value(node: dict[str, Any]) -> str:
    """A property of the JSON Schema in words."""
    if "anyOf" in node:
        parts = [_value(part) for part in node["anyOf"] if part.get("type") != "null"]
        return " or ".join(dict.fromkeys(parts))
    if "enum" in node or "const" in node:
        return ", ".join(f"`{value}`" for value in node.get("enum", [node.get("const")]))
    kind = str(node.get("type", "mapping"))  # a reference to another model
    if kind == "array":
        return f"list of {_value(node['items'])}"
    return PATTERNS.get(node.get("pattern", ""), _KINDS[kind])


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(updated(path.read_text("utf-8")), "utf-8")
