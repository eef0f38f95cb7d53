"""Where a project's files stand, and how one is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from yaml import Node

from etl_core.config.document import Document, build
from etl_core.config.explain import to_model
from etl_core.config.models.base import Model
from etl_core.config.problems import Problem
from etl_core.config.variables import Variables
from etl_core.config.yaml import compose
from etl_core.registry import closest_hint

M = TypeVar("M", bound=Model)

PROJECT_FILE = "conf/strata.yaml"
SCHEDULES_FILE = "conf/schedules.yaml"
ENVIRONMENTS = "conf/environments"
SOURCES = "conf/sources"
TABLES = "conf/tables"
_IN_CONF = ("environments", "schedules.yaml", "sources", "strata.yaml", "tables")


def environment_file(name: str) -> str:
    return f"{ENVIRONMENTS}/{name}.yaml"


@dataclass
class Reader:
    """Reads files of one project and collects what is wrong with them."""

    root: Path
    variables: Variables = field(default_factory=lambda: Variables({}))
    problems: list[Problem] = field(default_factory=list)

    def compose(self, file: str) -> tuple[Node, str] | None:
        """The root node of `file` (relative to the project) and its text."""
        try:
            text = (self.root / file).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            self.problems.append(
                Problem(file, 0, 0, f"not UTF-8: byte {error.start} is wrong", "save the file as UTF-8")
            )
            return None
        except OSError as error:
            self.problems.append(Problem(file, 0, 0, f"cannot be read: {error.strerror}"))
            return None
        node = compose(text, file)
        if isinstance(node, Problem):
            self.problems.append(node)
            return None
        return node, text

    def document(self, file: str) -> Document | None:
        composed = self.compose(file)
        if composed is None:
            return None
        document = build(composed[0], file, self.variables, composed[1])
        self.problems.extend(document.problems)
        return document

    def model(self, document: Document, model: type[M]) -> M | None:
        """The document as `model`. What stands twice or has an unknown variable makes no model either."""
        before = len(document.problems)
        result = to_model(document, model)
        self.problems.extend(document.problems[before:])
        return None if document.problems else result

    def names(self, folder: str) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in (self.root / folder).glob("*.yaml")))

    def stray_files(self) -> None:
        """Files that look like configuration and would be passed over in silence."""
        conf = self.root / "conf"
        for path in sorted(conf.rglob("*.y*ml")):
            parts = path.relative_to(conf).parts
            if any(part.startswith(".") for part in parts):
                continue
            file = path.relative_to(self.root).as_posix()
            if path.suffix == ".yml":
                self.problems.append(Problem(file, 0, 0, "is not read", "name it .yaml"))
            elif path.suffix == ".yaml" and not _is_read(parts):
                self.problems.append(Problem(file, 0, 0, "is not read", _stray_hint(parts)))


def _is_read(parts: tuple[str, ...]) -> bool:
    depth = {"environments": 2, "sources": 2, "tables": 3}
    return (
        len(parts) == depth[parts[0]]
        if parts[0] in depth
        else parts in (("strata.yaml",), ("schedules.yaml",))
    )


def _stray_hint(parts: tuple[str, ...]) -> str:
    if parts[0] == "tables":
        return "contracts stand at conf/tables/<layer>/<table>.yaml"
    return closest_hint(parts[0], _IN_CONF)
