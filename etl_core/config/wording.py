"""Pydantic's findings in plain words: what is expected, what stands there, what to write."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from etl_core.config.models.deploy import BUCKET, KEY_PREFIX, KMS_KEY, MAIL, REGION, STACK
from etl_core.config.models.notify import SNS_TOPIC
from etl_core.config.models.schedules import GLUE_NAME
from etl_core.config.secrets import redact
from etl_core.names import IDENTIFIER, TABLE_NAME

EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
# Every pattern of the models in words; a test checks that none is missing.
PATTERNS = {
    rf"^{IDENTIFIER}$": "a name of letters, digits and _ that does not begin with a digit",
    TABLE_NAME: "<layer>.<table>, each of letters, digits and _",
    r"^\d+[hdw]$": "a duration such as 12h, 3d or 2w",
    r"^\d+[mhd]$": "a duration such as 10m, 12h or 3d",
    r"^\d+(\.\d+)?%$": "a share such as 10%",
    r"^(\d+(\.\d+)?%|never)$": "a share such as 20%, or never",
    GLUE_NAME: "a name of letters, digits, _, . and -",
    BUCKET: "the name of an S3 bucket: 3 to 63 small letters, digits, . and -",
    KEY_PREFIX: "a folder of an S3 bucket such as data/strata, without / at its ends",
    REGION: "an AWS region such as eu-central-1",
    STACK: "a name of letters, digits and - that begins with a letter",
    KMS_KEY: "the id of a KMS key (not its ARN), such as 1234abcd-12ab-34cd-56ef-1234567890ab",
    MAIL: "a mail address",
    SNS_TOPIC: "the ARN of a standard SNS topic (no .fifo), such as"
    " arn:aws:sns:eu-central-1:123456789012:alerts",
}
_LIMITS = {
    "greater_than_equal": "be at least {ge}, not {value}",
    "less_than_equal": "be at most {le}, not {value}",
    "string_too_short": "have at least {min_length} character(s)",
    "string_too_long": "have at most {max_length} character(s)",
    "too_short": "have at least {min_length} entry",
}
_BOOLEAN_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def found(value: object) -> str:
    """What stands in the file, short, and without anything secret."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = redact(str(value))
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return f"`{text}`" if isinstance(value, str) else f"the number {text}"


def wrong_type(name: str, expected: list[str], value: object) -> tuple[str, str]:
    """Message and hint where a value is of the wrong type; `expected` has one entry an alternative."""
    words = list(dict.fromkeys(EXPECTED[kind] for kind in expected))
    wanted = f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
    return f"`{name}` must be {wanted}, not {found(value)}", _type_hint(words, value)


def _type_hint(words: list[str], value: object) -> str:
    scalar = isinstance(value, str | int | float)
    if words == ["true or false"] and str(value).lower() in _BOOLEAN_WORDS:
        return f"write {_BOOLEAN_WORDS[str(value).lower()]}; in YAML 1.2 `{value}` is text"
    if words == ["text"] and scalar:
        shown = str(value).lower() if isinstance(value, bool) else value
        return f'put it in quotes: "{shown}"'
    if words == ["a list"] and scalar:
        return f"write [{value}]"
    if "number" in words[0] and isinstance(value, str):
        return "write it without quotes and as digits only"
    return ""


def constraint(name: str, details: dict[str, Any], value: object) -> tuple[str, str]:
    """Message and hint for a value of the right type that is outside what is allowed."""
    context = details.get("ctx", {})
    kind = details["type"]
    if kind == "literal_error":
        return _not_allowed(name, str(context["expected"]), value)
    if kind == "value_error":
        return str(context["error"]), ""
    if kind == "string_pattern_mismatch":
        wanted = PATTERNS.get(context["pattern"], f"text that matches {context['pattern']}")
        return f"{name} must be {wanted}, not {found(value)}", ""
    limit = _LIMITS.get(kind)
    return f"{name} must " + limit.format(value=found(value), **context) if limit else details["msg"], ""


def _not_allowed(name: str, expected: str, value: object) -> tuple[str, str]:
    allowed = expected.replace(" or ", ", ").replace("'", "").split(", ")
    message = f"{name} must be one of {', '.join(allowed)}; found {found(value)}"
    return message, did_you_mean(str(value), tuple(allowed))


def did_you_mean(name: str, valid: tuple[str, ...]) -> str:
    """Like `closest_hint`, but silent where nothing is close: the message lists what is valid."""
    match = get_close_matches(name.lower(), valid, n=1, cutoff=0.6)
    return f"did you mean `{match[0]}`?" if match else ""
