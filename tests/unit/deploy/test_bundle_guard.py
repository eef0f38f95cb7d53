"""Secrets and paths of the machine are found before they leave it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_core.deploy.bundle.guard import check_files
from etl_core.errors import ConfigError

ROOT = Path("/build/agent-7/shop")

HARMLESS = {
    "conf/sources/crm.yaml": "path: s3://bucket/crm\npassword: secret://crm/password\ntoken: ${token}\n",
    "conf/tables/raw/a.yaml": (
        "columns:\n  - {name: password, type: string}\n  - {name: token, type: string}\n"
        'parameters: {token_count: 3, separator: "/", email: "a@b.example"}\n'
        "description: 'secret: what nobody knows'\n"
    ),
    "conf/environments/prod.yaml": "warehouse: s3://lake/prod\nvariables: {landing: landing, n: 3}\n",
    "jobs/raw/a.py": 'url = "https://docs.example/build/agent-7/shop"\ntoken = row.token\n# password: ask\n',
    "conf/reference/a.parquet": "a private thing".encode("utf-16"),
}
WRONG = [
    ("conf/sources/crm.yaml", "password: hunter22\n", 1, "holds a secret itself"),
    ("conf/sources/crm.yaml", "a: {b: [{api_key: k}]}\n", 1, "holds a secret itself"),
    ("conf/sources/crm.yaml", "uri: postgresql://me:hunter22@db/crm\n", 1, "a password in a URI"),
    ("conf/environments/prod.yaml", "\nwarehouse: /data/lake\n", 2, "`warehouse` is a path of one machine"),
    ("conf/environments/prod.yaml", "variables:\n  l: file:///data\n", 2, "`l` is a path of one machine"),
    ("conf/sources/crm.yaml", 'path: "C:\\\\data"\n', 1, "`path` is a path of one machine"),
    ("jobs/raw/a.py", 'x = 1\nPASSWORD = "hunter22"\n', 2, "holds a secret"),
    ("jobs/raw/a.py", 'key = "AKIAIOSFODNN7EXAMPLE"\n', 1, "an AWS access key"),
    ("shared/a.txt", "-----BEGIN RSA PRIVATE KEY-----\n", 1, "a private key"),
    ("jobs/raw/a.py", 'open("/build/agent-7/shop/x")\n', 1, "a folder of this machine"),
    ("jobs/deploy.pem", "", 0, "a secret by its name"),
    ("conf/credentials.json", "{}", 0, "a secret by its name"),
]


def test_references_names_and_descriptions_are_no_secrets() -> None:
    check_files(
        {name: text if isinstance(text, bytes) else text.encode() for name, text in HARMLESS.items()}, ROOT
    )


@pytest.mark.parametrize(("name", "text", "line", "message"), WRONG)
def test_what_must_stay_is_named_by_file_and_line(name: str, text: str, line: int, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_files({name: text.encode()}, ROOT)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [(name, line)]
    assert message in str(caught.value.problems[0])


def test_the_users_home_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/u/me")
    with pytest.raises(ConfigError, match="1 problem "):
        check_files({"jobs/a.py": b"p = '/u/me/data'\nq = '/u/men/data'\nr = 's3://b/u/me/data'\n"}, ROOT)


def test_every_problem_is_told_at_once() -> None:
    files = {name: text.encode() for name, text, _, _ in WRONG if name.startswith("jobs")}
    with pytest.raises(ConfigError, match=f"{len(files)} problems") as caught:
        check_files(files, ROOT)
    assert {problem.file for problem in caught.value.problems} == set(files)


@given(
    st.text(
        alphabet=st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'\\$#{}[],"),
        min_size=4,
    )
)
def test_no_secret_is_repeated_in_the_message(secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_files({"conf/sources/a.yaml": f'password: "zz{secret}"\n'.encode()}, ROOT)
    assert f"zz{secret}" not in str(caught.value) + "".join(map(str, caught.value.problems))
