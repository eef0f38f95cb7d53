"""The canonical text of any rule is the rule itself, however it was spaced when written."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from quality.dqdl import parse

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
texts = st.text(st.sampled_from("aZ9 .,#'[](){}|\\dé"), max_size=8).map(lambda t: t.replace("\\", "\\\\"))
numbers = st.decimals(-1000, 1000, places=2).map(str)
gaps = st.sampled_from([" ", "\n", "\t ", "  # why\n "])


@st.composite
def conditions(draw: st.DrawFn) -> str:
    number, other = draw(numbers), draw(numbers)
    values = draw(st.lists(texts, min_size=1, max_size=3))
    listed = ", ".join(f'"x{value}"' for value in values)
    return draw(
        st.sampled_from(
            [
                f"> {number}",
                f"!= {number}",
                f"between {number} and {other}",
                f"not in [{number}, {other}]",
                f"in [{listed}, NULL]",
                f'matches "x{values[0]}"',
            ]
        )
    )


@st.composite
def rules(draw: st.DrawFn) -> str:
    column = draw(names)
    where = draw(st.sampled_from(["", ' where "b > 1"']))
    threshold = draw(st.sampled_from(["", " with threshold > 0.5"]))
    simple = draw(
        st.sampled_from(
            [
                f'IsComplete "{column}"{where}',
                f'ColumnValues "{column}" {draw(conditions())}{where}{threshold}',
            ]
        )
    )
    joiner = draw(st.sampled_from(["and", "or", ""]))
    return f'({simple}) {joiner} (IsUnique "{draw(names)}")' if joiner else simple


@settings(max_examples=40)
@given(st.lists(rules(), min_size=1, max_size=4), gaps)
def test_canonical_texts_are_read_back_as_they_are(written: list[str], gap: str) -> None:
    ruleset = parse(f"Rules{gap}={gap}[{gap}" + f"{gap},{gap}".join(written) + f"{gap}]")
    assert [rule.text for rule in ruleset.rules] == written
