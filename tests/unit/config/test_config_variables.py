from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.config.loader import load
from etl_core.config.secrets import SecretRef, redact
from etl_core.config.variables import Variables
from tests.unit.config.small_project import LOCAL, ORDERS, edited, problems, short, write


def apply(text: str, plain: bool = True, process: dict[str, str] | None = None, **declared: object) -> object:
    value, mistakes = Variables(declared, process=process or {}).apply(text, plain=plain)  # type: ignore[arg-type]
    assert mistakes == []
    return value


def test_references_inside_a_text() -> None:
    assert apply("${a}/x/${b}", a="left", b=7) == "left/x/7"
    assert apply("${on}!", on=True) == "true!"
    assert apply("a $${b} $c {d}") == "a ${b} $c {d}"


def test_a_whole_unquoted_scalar_takes_the_variable_s_type() -> None:
    assert apply("${n}", n=4) == 4
    assert apply("${n}", plain=False, n=4) == "4"


def test_the_process_wins_and_keeps_the_declared_type() -> None:
    assert apply("${n}", process={"STRATA_N": "8"}, n=4) == 8
    assert apply("${code}", process={"STRATA_CODE": "007"}, code="001") == "007"
    assert apply("${only_there}", process={"STRATA_ONLY_THERE": "x"}) == "x"
    assert apply("${n}", process={"STRATA_N": ""}, n="x") == ""


def test_an_unknown_variable_is_a_problem_with_the_closest_name(tmp_path: Path) -> None:
    changes = edited(ORDERS, "landing/orders", '"${landng}/orders"')
    changes |= edited(LOCAL, "warehouse: warehouse", "warehouse: warehouse\nvariables: {landing: data}")
    (problem,) = problems(tmp_path, changes)
    assert problem.where == f"{ORDERS}:3:9"
    assert problem.message == "unknown variable `landng`"
    assert "did you mean 'landing'?" in problem.hint
    assert "STRATA_LANDNG" in problem.hint


@pytest.mark.parametrize("text", ["${a b}", "${", "${}", "${a.b}"])
def test_what_is_no_reference_is_a_problem(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, edited(ORDERS, "landing/orders", f"'{text}'"))
    assert "is no variable reference" in problem.message
    assert (problem.file, problem.line) == (ORDERS, 3)


def test_variables_use_those_above_them_in_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRATA_BUCKET", "s3://real")
    text = 'profile: glue-5.1\nwarehouse: "${lake}"\nthreads: ${n}\n'
    text += 'variables:\n  bucket: s3://dev\n  lake: "${bucket}/lake"\n  n: 3\n'
    changes = edited(ORDERS, "landing/orders", '"${bucket}/orders"') | {LOCAL: text}
    project = load(write(tmp_path, changes))
    assert project.environment.warehouse == "s3://real/lake"
    assert project.environment.threads == 3
    source = project.tables["raw.orders"].source
    assert source is not None
    assert source.path == "s3://real/orders"


def test_a_variable_that_uses_one_below_is_a_problem(tmp_path: Path) -> None:
    text = 'profile: glue-5.1\nwarehouse: w\nvariables:\n  a: "${b}/x"\n  b: y\n'
    assert short(problems(tmp_path, {LOCAL: text})) == [f"{LOCAL}:4:6 unknown variable `b`"]


def test_a_broken_environment_does_not_make_every_variable_unknown(tmp_path: Path) -> None:
    changes = edited(ORDERS, "landing/orders", '"${landing}/orders"')
    found = problems(tmp_path, changes | {LOCAL: "profile: [\n"})
    assert {problem.file for problem in found} == {LOCAL}


def test_a_secret_reference_names_a_place_and_is_checked(tmp_path: Path) -> None:
    ref = SecretRef.parse("secret://crm/prod/password")
    assert (ref.name, ref.key) == ("crm/prod", "password")
    assert str(ref) == "secret://crm/prod/password"
    text = "profile: glue-5.1\nwarehouse: w\nspark:\n  spark.a: secret://crm\n"
    (problem,) = problems(tmp_path, {LOCAL: text})
    assert (problem.file, problem.line) == (LOCAL, 4)
    assert problem.message == "a secret reference is written secret://name/key"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("login hunter2 failed for hunter22", "login *** failed for ***"),
        ("jdbc:postgresql://app:s3cr3t@db/x", "jdbc:postgresql://app:***@db/x"),
        ("password=abc;user=me", "password=***;user=me"),
        ("api_token: abc", "api_token: ***"),
        ("password: secret://crm/key", "password: secret://crm/key"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_redact(text: str, shown: str) -> None:
    assert redact(text, "hunter2", "hunter22", "") == shown


def test_a_message_does_not_show_a_password(tmp_path: Path) -> None:
    text = "profile: glue-5.1\nwarehouse: w\nthreads: postgresql://app:s3cr3t@db/x\n"
    (problem,) = problems(tmp_path, {LOCAL: text})
    assert "s3cr3t" not in str(problem)
    assert "***" in problem.message
