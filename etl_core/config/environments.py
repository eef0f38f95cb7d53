"""The environment a command runs in: its file, and the variables that all other files use."""

from __future__ import annotations

from etl_core.config.document import Document, build
from etl_core.config.files import ENVIRONMENTS, PROJECT_FILE, Reader, environment_file
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.models.project import Defaults, Scalar
from etl_core.config.problems import Problem
from etl_core.config.profiles import DEFAULT
from etl_core.config.project import Position
from etl_core.config.variables import Variables
from etl_core.config.wording import did_you_mean


def default_environment(reader: Reader) -> str:
    """`defaults.environment` of conf/strata.yaml, read before variables are known, as it decides them."""
    composed = reader.compose(PROJECT_FILE)
    reader.problems.clear()  # the same file is read again, with variables, by `_project`
    value = build(composed[0], PROJECT_FILE, Variables({}, complete=False), "").value if composed else None
    defaults = value.get("defaults") if isinstance(value, dict) else None
    name = defaults.get("environment") if isinstance(defaults, dict) else None
    return name if isinstance(name, str) else Defaults().environment


def read_environment(reader: Reader, name: str, *, asked: bool) -> tuple[EnvironmentConfig, Document]:
    """The environment's model and its document, and the reader's variables set from it; defaults where it
    is wrong."""
    file = environment_file(name)
    fallback = EnvironmentConfig(profile=DEFAULT, warehouse="warehouse"), Document(file)
    reader.variables = Variables({}, complete=False)
    if not (reader.root / file).is_file():
        reader.problems.append(_no_environment(reader, name, asked=asked))
        return fallback
    composed = reader.compose(file)
    if composed is None:
        return fallback
    raw = build(composed[0], file, Variables({}, complete=False), composed[1])
    reader.variables = _variables(reader, raw)
    document = reader.document(file)
    model = reader.model(document, EnvironmentConfig) if document else None
    return (model, document) if model and document else fallback


def _variables(reader: Reader, raw: Document) -> Variables:
    """`variables:` from top to bottom: a value may use those above it."""
    declared = raw.value.get("variables") if isinstance(raw.value, dict) else None
    known: dict[str, Scalar] = {}
    for name, value in declared.items() if isinstance(declared, dict) else ():
        if isinstance(value, str):
            known[name] = _declared(reader, raw, name, value, Variables(known))
        elif isinstance(value, int | float | bool):
            known[name] = value
    return Variables(known)


def _declared(reader: Reader, raw: Document, name: str, value: str, above: Variables) -> str:
    text, mistakes = above.apply(value, plain=False)
    where = raw.at(f"variables.{name}")
    reader.problems.extend(raw.problem(where, mistake.message, mistake.hint) for mistake in mistakes)
    return str(text)


def _no_environment(reader: Reader, name: str, *, asked: bool) -> Problem:
    names = reader.names(ENVIRONMENTS)
    hint = did_you_mean(name, names) or (
        f"there are: {', '.join(names)}" if names else f"write {environment_file(name)}"
    )
    if asked:
        return Problem(environment_file(name), 0, 0, f"no environment `{name}`: no such file", hint)
    message = f"no environment `{name}`, which `defaults.environment` asks for"
    document = reader.document(PROJECT_FILE)
    where = document.at("defaults.environment") if document else Position(PROJECT_FILE, 0, 0)
    return Problem(where.file, where.line, where.column, message, hint)
