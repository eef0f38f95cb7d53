"""`${name}`: values that differ from environment to environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from etl_core.config.models.project import Scalar
from etl_core.config.yaml import Plain, plain_scalar
from etl_core.registry import closest_hint

PREFIX = "STRATA_"
_REFERENCE = re.compile(
    r"(?P<escape>\$\$\{)|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<broken>\$\{[^}\s]*\}?)"
)


@dataclass(frozen=True)
class Mistake:
    message: str
    hint: str


@dataclass(frozen=True)
class Variables:
    """`declared` are the environment's `variables:`; `STRATA_<NAME>` of the process wins over them."""

    declared: Mapping[str, Scalar]
    process: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    complete: bool = True  # false: the environment could not be read, so nothing can be called unknown

    def get(self, name: str) -> Scalar | None:
        override = self.process.get(PREFIX + name.upper())
        declared = self.declared.get(name)
        if override is None:
            return declared
        # What was declared as text stays text, so that 007 or `no` arrives as it was typed.
        typed = override if isinstance(declared, str) else plain_scalar(override)
        return override if typed is None else typed

    def names(self) -> tuple[str, ...]:
        from_process = {name[len(PREFIX) :].lower() for name in self.process if name.startswith(PREFIX)}
        return tuple(sorted(set(self.declared) | from_process))

    def apply(self, text: str, *, plain: bool) -> tuple[Plain, list[Mistake]]:
        """`text` with its references replaced, and what is wrong with them; `$${` gives a literal `${`.

        An unquoted scalar that is nothing but one reference takes the variable's own type.
        """
        whole = _REFERENCE.fullmatch(text)
        if plain and whole and whole["name"] and (value := self.get(whole["name"])) is not None:
            return value, []
        mistakes: list[Mistake] = []
        return _REFERENCE.sub(lambda match: self._replace(match, mistakes), text), mistakes

    def _replace(self, match: re.Match[str], mistakes: list[Mistake]) -> str:
        if match["escape"]:
            return "${"
        if match["broken"]:
            mistakes.append(
                Mistake(f"`{match[0]}` is no variable reference", "write ${name}, or $${ for a literal ${")
            )
            return match[0]
        value = self.get(match["name"])
        if value is None:
            if self.complete:
                mistakes.append(self._unknown(match["name"]))
            return match[0]
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _unknown(self, name: str) -> Mistake:
        hint = closest_hint(name, self.names())
        way = f"declare it under `variables` of the environment or set {PREFIX}{name.upper()}"
        return Mistake(f"unknown variable `{name}`", f"{hint}; {way}")
