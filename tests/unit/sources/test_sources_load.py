"""Source types are found by scanning, and by importing what `extensions` names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from etl_core.errors import ConfigError
from etl_core.sources.formats.protocol import formats
from etl_core.sources.load import load

EXTENSION = """
from etl_core.sources.protocol import SOURCES

class Mail:
    pass

SOURCES.add("mail", Mail())
"""


def test_types_and_formats_of_this_package() -> None:
    assert {"files", "dms"} <= set(load().names())
    assert {"csv", "json", "parquet"} <= set(formats().names())


def test_a_misspelt_type_gets_the_closest() -> None:
    with pytest.raises(ConfigError) as raised:
        load().get("file")

    assert "files" in raised.value.hint


def test_an_extension_adds_a_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "acme_sources"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "mail.py").write_text(EXTENSION)
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = load(("acme_sources",))

    assert "mail" in registry

    registry._items.pop("mail")
    for name in ("acme_sources", "acme_sources.mail"):
        sys.modules.pop(name)
