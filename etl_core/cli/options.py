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
LockTimeoutOption = Annotated[
    float, typer.Option("--lock-timeout", min=0, help="Seconds to wait for a table another run holds.")
]
FullRefreshOption = Annotated[
    bool,
    typer.Option(
        "--full-refresh",
        help="Build the tables again from all that their sources and inputs hold, and replace them.",
    ),
]
AllowVanishedOption = Annotated[
    bool,
    typer.Option(
        "--allow-vanished", help="With --full-refresh: also where rows of files that are gone are lost."
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show it, and change nothing.")]
# None: show it and ask
GoOption = Annotated[
    bool | None, typer.Option("--yes/--dry-run", help="Do not ask; or show it and change nothing.")
]
