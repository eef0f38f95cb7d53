"""Small objects in a folder of this machine (or one it has mounted)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etl_core.errors import StateError
from etl_core.storage.keys import key_parts

PARTIAL = ".strata-partial-"  # names of files being written; never listed


class LocalStorage:
    """Every object is one file, written beside its place and moved there whole.

    What `write` puts down is flushed to the disk before it gets its name, so that not even a power
    cut leaves an object in part.
    """

    def __init__(self, warehouse: str) -> None:
        self._root = Path(warehouse.removeprefix("file://")).absolute()

    def read(self, key: str) -> bytes | None:
        with _named(key):
            try:
                return self._path(key).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def write(self, key: str, data: bytes) -> None:
        with _named(key), self._written(key, data, flush=True) as partial:
            partial.replace(self._path(key))

    def create(self, key: str, data: bytes) -> bool:
        """`link` fails if the name is taken, and gives the name only to a finished file: unlike
        with O_EXCL, nobody can see the object empty. Not flushed, as it only serves to exclude
        living processes: a power cut may leave it empty."""
        with _named(key), self._written(key, data, flush=False) as partial:
            try:
                os.link(partial, self._path(key))
            except FileExistsError:
                return False
            finally:
                partial.unlink()
            return True

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _named(key):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def list(self, prefix: str) -> list[str]:
        with _named(prefix):
            return sorted(key for key, _ in self._found(prefix))

    def sizes(self, prefix: str) -> dict[str, int]:
        with _named(prefix):
            return {key: path.stat().st_size for key, path in self._found(prefix)}

    def uri(self, key: str) -> str:
        """Not percent-encoded: Hadoop takes a path as it is."""
        return f"file://{self._path(key)}"

    def _found(self, prefix: str) -> Iterator[tuple[str, Path]]:
        files = (path for path in self._path(prefix).rglob("*") if path.is_file())
        found = ((path.relative_to(self._root).as_posix(), path) for path in files)
        return ((key, path) for key, path in found if PARTIAL not in key)

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*key_parts(key, self._root))

    @contextmanager
    def _written(self, key: str, data: bytes, *, flush: bool) -> Iterator[Path]:
        """A finished file in the object's folder, still without its name."""
        folder = self._path(key).parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=PARTIAL, dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if flush:
                file.flush()
                os.fsync(file.fileno())
        yield Path(name)


@contextmanager
def _named(key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StateError(
            f"cannot reach {error.filename or key} for the object {key!r}: {error.strerror}",
            hint="check the warehouse folder's permissions and the space left on its disk",
        ) from error
