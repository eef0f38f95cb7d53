"""A template as files, for review or for another tool to deploy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from etl_core.deploy.cloudformation.template import Template

TEMPLATE = "template.yaml"
PARAMETERS = "parameters.json"  # as `aws cloudformation deploy --parameter-overrides file://` takes it


def write_template(template: Template, folder: Path, more: Mapping[str, str]) -> list[Path]:
    """The paths written; `more`: other files, name -> text. Parameters are a file of their own: account
    ids are no part of a template."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {TEMPLATE: template.text, **more}
    if template.parameters:
        files[PARAMETERS] = (
            json.dumps([f"{key}={value}" for key, value in template.parameters.items()]) + "\n"
        )
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in files]
