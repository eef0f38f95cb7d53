"""Tables are shown without the packages of formats that they do not have."""

from __future__ import annotations

import sys

import pytest

from etl_core.sinks import scanning
from etl_core.sinks.scanning import load


def test_other_formats_are_shown_without_hudis_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with profile glue-6.0."""
    monkeypatch.setitem(sys.modules, "hudi", None)
    monkeypatch.delitem(sys.modules, "etl_core.sinks.hudi.scan", raising=False)
    monkeypatch.setattr(scanning.SCANNERS, "_items", {})
    for name in ("delta", "iceberg", "parquet"):
        monkeypatch.delitem(sys.modules, f"etl_core.sinks.{name}.scan", raising=False)
    assert load().names() == ("delta", "hudi", "iceberg", "parquet")
