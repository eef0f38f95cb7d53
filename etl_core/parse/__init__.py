"""From received columns to the contract's."""

from etl_core.parse.typed import parse

__all__ = ["parse"]
