"""Every rule of the corpus parses to the model that was written for it by hand."""

from __future__ import annotations

import pytest

from quality.dqdl import Ruleset, parse, to_text
from quality.dqdl.model import Rule
from quality.dqdl.types import RULE_NAMES
from tests.unit.quality.corpus.others import COMPOSITES, FILES, OTHER_DATA
from tests.unit.quality.corpus.statistics import STATISTICS
from tests.unit.quality.corpus.values import VALUES

CORPUS = [*STATISTICS, *VALUES, *OTHER_DATA, *FILES, *COMPOSITES]


@pytest.mark.parametrize(("text", "expected"), CORPUS)
def test_a_rule_means_its_model(text: str, expected: Rule) -> None:
    assert parse(f"Rules = [ {text} ]") == Ruleset((expected,))


@pytest.mark.parametrize("expected", [expected for _, expected in CORPUS])
def test_a_model_is_printed_as_itself(expected: Rule) -> None:
    assert parse(to_text(Ruleset((expected,)))) == Ruleset((expected,))


def test_the_corpus_is_large_and_has_every_rule_type() -> None:
    assert len({text for text, _ in CORPUS}) >= 150
    assert {leaf.rule_type for _, rule in CORPUS for leaf in rule.leaves()} == set(RULE_NAMES)
