"""Kinds of places, told from their URIs."""

from __future__ import annotations

import re

_S3 = re.compile(r"s3[an]?://", re.IGNORECASE)


def is_s3(uri: str) -> bool:
    return _S3.match(uri) is not None
