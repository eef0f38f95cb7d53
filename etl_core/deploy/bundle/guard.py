"""What must never leave this machine in a bundle: secrets, and paths that exist only here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from etl_core.config.document import Document, build
from etl_core.config.problems import Problem
from etl_core.config.secrets import SCHEME
from etl_core.config.variables import Variables
from etl_core.config.yaml import compose
from etl_core.errors import ConfigError

_SECRET_FILE = re.compile(
    r"(?i)(\.(pem|key|p12|pfx|jks|keystore|kdbx)|^id_(rsa|dsa|ecdsa|ed25519)|^credentials(\..*)?)$"
)
_SECRET_KEY = re.compile(
    r"(?i)(^|_)(password|passwd|pwd|passphrase|secret|token|api_?key|access_key|private_key)$"
)
_SECRET_TEXTS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a password in a URI": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@${}]*:[^\s/@${}]+@"),
    "a secret": re.compile(
        r"(?i)\b\w*(?:password|passwd|pwd|passphrase|secret|api_?key)\w*[\"']?\s*[=:]\s*[\"'][^\"'${}]{4,}[\"']"
    ),
}
_ABSOLUTE = re.compile(r"(?:file:(?://)?)?(?:/[^/\s]+|[A-Za-z]:[\\/]).*")
_SECRET_HINT = "keep it in AWS Secrets Manager and write secret://name/key"  # noqa: S105
_PATH_HINT = "write it relative to the project, or as a variable of the environment"


def check_files(files: Mapping[str, bytes], root: Path) -> None:
    """Look through `files` (their place in the project -> content).

    Raises ConfigError with every secret and every path of this machine, by file and line.
    """
    problems = [problem for name in sorted(files) for problem in _problems(name, files[name], root)]
    if problems:
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        raise ConfigError(f"{count} with what would go into the bundle", problems=problems)


def _problems(name: str, content: bytes, root: Path) -> Iterator[Problem]:
    if _SECRET_FILE.search(PurePosixPath(name).name):
        yield Problem(
            name, 0, 0, "looks like a secret by its name", "keep it out of conf/, jobs/ and packages"
        )
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    yield from _lines(name, text, _own_paths(root))
    if name.endswith(".yaml"):
        yield from _values(name, text)


def _lines(name: str, text: str, own: re.Pattern[str]) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in _SECRET_TEXTS.items():
            if (found := pattern.search(line)) and SCHEME not in found[0]:
                yield Problem(name, number, found.start() + 1, f"holds {what}", _SECRET_HINT)
        if found := own.search(line):
            yield Problem(name, number, found.start() + 1, "names a folder of this machine", _PATH_HINT)


def _own_paths(root: Path) -> re.Pattern[str]:
    """The project's folder and the user's home, each as a whole beginning of a path."""
    places = {str(root.resolve()), str(Path.home())} - {"/"}
    return re.compile(rf"(?<![\w.:/-])(?:{'|'.join(map(re.escape, sorted(places)))})(?![\w.-])")


def _values(name: str, text: str) -> Iterator[Problem]:
    """What a line cannot tell: a value under the key of a secret, or of a path."""
    node = compose(text, name)
    if isinstance(node, Problem):
        return
    document = build(node, name, Variables({}, complete=False), text)
    for path, value in _texts(document.value, ""):
        key = path.rpartition(".")[2]
        if _SECRET_KEY.search(key) and value and not value.startswith((SCHEME, "${")):
            yield _at(document, path, f"`{key}` holds a secret itself", _SECRET_HINT)
        takes_path = key in ("path", "warehouse", "uri") or path.startswith("variables.")
        if takes_path and _ABSOLUTE.fullmatch(value):
            yield _at(document, path, f"`{key}` is a path of one machine", _PATH_HINT)


def _at(document: Document, path: str, message: str, hint: str) -> Problem:
    return document.problem(document.at(path), message, hint)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _texts(part, f"{path}.{number}" if path else str(number))
