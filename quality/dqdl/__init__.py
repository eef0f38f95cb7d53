"""DQDL, the Data Quality Definition Language of AWS Glue: parsing and checking, without Spark."""

from quality.dqdl.errors import DqdlError
from quality.dqdl.model import Condition, Operand, Rule, Ruleset
from quality.dqdl.parser import parse, problems

__all__ = ["Condition", "DqdlError", "Operand", "Rule", "Ruleset", "parse", "problems"]
