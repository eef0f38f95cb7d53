"""Secrets: configuration holds references only; values are fetched at the edge and never printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCHEME = "secret://"
MASK = "***"

_REFERENCE = re.compile(r"secret://(?P<name>[A-Za-z0-9/_+=.@-]+)/(?P<key>[A-Za-z0-9_.-]+)")
_USER_INFO = re.compile(r"(?P<before>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@]*):[^\s/@]+@")
_SETTING = re.compile(r"(?i)(?P<before>\b\w*(?:password|passwd|pwd|secret|token)\w*\s*[=:]\s*)[^\s&;,'\"]+")


@dataclass(frozen=True)
class SecretRef:
    """`secret://name/key`: where a value is kept. It holds no value, so it is safe to print."""

    name: str
    key: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.name}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> SecretRef:
        """Raises ValueError when `text` is not `secret://name/key`; the last `/` divides the two."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise ValueError("a secret reference is written secret://name/key")
        return cls(match["name"], match["key"])


def redact(text: str, *values: str) -> str:
    """`text` as it may be shown: without the given secret values, passwords in URIs and settings."""
    for value in sorted(filter(None, values), key=len, reverse=True):
        text = text.replace(value, MASK)
    text = _USER_INFO.sub(rf"\g<before>:{MASK}@", text)
    return _SETTING.sub(lambda found: found[0] if SCHEME in found[0] else found["before"] + MASK, text)
