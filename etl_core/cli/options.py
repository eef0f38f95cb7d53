"""Options that several commands share, with one name, one help text and one default each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ProjectOption = Annotated[
    Path,
    typer.Option(
        "--project",
        help="The project's folder; without it, the current one.",
        default_factory=Path.cwd,
        show_default=False,
        file_okay=False,
        resolve_path=True,
    ),
]
EnvOption = Annotated[
    str | None,
    typer.Option(
        "--env",
        help="A file of conf/environments/, without .yaml; without it, what conf/strata.yaml says.",
        show_default=False,
    ),
]
SelectOption = Annotated[
    str | None,
    typer.Option(
        "--select",
        help="Tables: `layer.table`, `layer.*`, `+table` with what it reads, `table+` with what reads it;"
        " several with commas. Without it, all.",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.", show_default=False)
]
