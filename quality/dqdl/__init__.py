"""DQDL, the Data Quality Definition Language of AWS Glue: parsing and checking, without Spark."""

from quality.dqdl.errors import DqdlError
from quality.dqdl.fits import fit_problems
from quality.dqdl.model import Analyzer, Condition, Operand, Rule, Ruleset
from quality.dqdl.parser import Reading, parse, read
from quality.dqdl.printing import to_text

__all__ = [
    "Analyzer",
    "Condition",
    "DqdlError",
    "Operand",
    "Reading",
    "Rule",
    "Ruleset",
    "fit_problems",
    "parse",
    "read",
    "to_text",
]
