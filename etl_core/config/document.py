"""One YAML file as plain values, with the position of every key and value."""

from __future__ import annotations

from dataclasses import dataclass, field

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from etl_core.config.problems import Problem
from etl_core.config.project import Position
from etl_core.config.secrets import SCHEME, SecretRef
from etl_core.config.variables import Variables
from etl_core.config.yaml import PLAIN_TAG, STRING_TAG, plain_scalar

# Path -> position. A path is the keys and indices from the root, joined by dots; "" is the root.
Positions = dict[str, Position]
MOST_VALUES = 50_000  # of one file, aliases written out; far above any real file
TEXT = "#text"  # suffix: where the first character of a text itself stands, behind `|` or a quote


@dataclass
class Document:
    """Mappings are dicts, lists are tuples: pydantic's strict mode takes them for frozen models."""

    file: str
    value: object = None
    values: Positions = field(default_factory=dict)
    keys: Positions = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, path: str, *, key: bool = False) -> Position:
        """Where `path` stands (its key, if asked), or the nearest place above it."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        while path and path not in first and path not in second:
            path = path.rpartition(".")[0]
        return first.get(path) or second.get(path) or Position(self.file, 1, 1)

    def problem(self, where: Position, message: str, hint: str = "") -> Problem:
        return Problem(where.file, where.line, where.column, message, hint)


def build(root: Node, file: str, variables: Variables, text: str) -> Document:
    """The values of `root` with `${}` replaced, and every mistake met on the way."""
    document = Document(file)
    builder = _Builder(document, variables, text.splitlines())
    document.value = builder.value(root, "", ())
    return document


class _Builder:
    def __init__(self, document: Document, variables: Variables, lines: list[str]) -> None:
        self.document = document
        self.variables = variables
        self.lines = lines
        self.file = document.file
        self.built = 0

    def value(self, node: Node, path: str, above: tuple[int, ...]) -> object:
        """`above` are the ids of the nodes on the way down: an alias must not point back at them."""
        self.built += 1
        if self.built > MOST_VALUES:
            if self.built == MOST_VALUES + 1:
                self._wrong(node, "aliases make this file too large", "write out what is needed")
            return None
        self.document.values[path] = self._mark(node)
        if id(node) in above:
            self._wrong(node, "an alias that contains itself", "write the value out")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if node.tag != STRING_TAG:
            self._wrong(node, f"the tag `{node.tag}` means nothing here", "remove it")
        inside = (*above, id(node))
        if isinstance(node, SequenceNode):
            prefix = f"{path}." if path else ""
            return tuple(self.value(item, f"{prefix}{n}", inside) for n, item in enumerate(node.value))
        return self._mapping(node, path, inside)

    def _mapping(self, node: Node, path: str, above: tuple[int, ...]) -> dict[str, object]:
        assert isinstance(node, MappingNode)
        result: dict[str, object] = {}
        prefix = f"{path}." if path else ""
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._wrong(key_node, "a key must be a single word", "put the text in quotes if it is one")
                continue
            key: str = key_node.value
            if key in result:
                first = self.document.keys[prefix + key].line
                self._wrong(key_node, f"key `{key}` stands twice; the first is in line {first}", "keep one")
                continue
            self.document.keys[prefix + key] = self._mark(key_node)
            result[key] = self.value(value_node, prefix + key, above)
            if not isinstance(value_node, ScalarNode):
                # A reader looks for `target:`, not for the first key below it.
                self.document.values[prefix + key] = self.document.keys[prefix + key]
        return result

    def _scalar(self, node: ScalarNode, path: str) -> object:
        text: str = node.value
        plain = node.tag == PLAIN_TAG
        if not plain:
            self._check_tag(node)
            self._place_text(node, path)
        if "${" in text:
            value, mistakes = self.variables.apply(text, plain=plain)
            for mistake in mistakes:
                self._wrong(node, mistake.message, mistake.hint)
            return value
        if text.startswith(SCHEME):
            self._check_secret(node)
        return plain_scalar(text) if plain else text

    def _check_tag(self, node: ScalarNode) -> None:
        if node.tag != STRING_TAG:
            self._wrong(node, f"the tag `{node.tag}` means nothing here", "remove it")

    def _check_secret(self, node: ScalarNode) -> None:
        try:
            SecretRef.parse(node.value)
        except ValueError as error:
            self._wrong(node, str(error), "for example secret://crm-database/password")

    def _place_text(self, node: ScalarNode, path: str) -> None:
        """So that a rule's own line and column can be shown as those of the file."""
        mark = node.start_mark
        if node.style == "|":
            line = mark.line + 1
            below = (text for text in self.lines[line : node.end_mark.line + 1] if text.strip())
            first = next(below, "")
            # A more indented first line belongs to the content; `value` has those blanks too.
            content = next((text for text in node.value.splitlines() if text.strip()), "")
            indent = len(first) - len(first.lstrip()) - (len(content) - len(content.lstrip()))
            self.document.values[path + TEXT] = Position(self.file, line + 1, indent + 1)
        elif node.style in ("'", '"') and mark.line == node.end_mark.line:
            self.document.values[path + TEXT] = Position(self.file, mark.line + 1, mark.column + 2)

    def _mark(self, node: Node) -> Position:
        return Position(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _wrong(self, node: Node, message: str, hint: str) -> None:
        where = self._mark(node)
        self.document.problems.append(self.document.problem(where, message, hint))
