"""Rules that compare with other tables, in runs: the order of tables, what blocks, and what readers keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from etl_core.report.records import TableRecord
from etl_core.run.entry import run
from etl_core.run.request import Request
from tests.integration.projects import MINIMAL, write
from tests.warehouse import Warehouse

NAME = "raw.account"
ACCOUNT = """\
table: raw.account
source: {{type: files, path: landing/account}}
target: {{format: {format}, mode: cdc, keys: [id], sequence_by: [at], operation_column: op}}
columns: [{{name: id, type: int}}, {{name: customer, type: int}}, {{name: at, type: int}}]
quality:
  references: {{customers: raw.customer, held: raw.account}}
  rules: |
    Rules = [ ReferentialIntegrity "customer" "customers.id" = 1.0,
              CustomSql "select count(*) from primary p join held h on p.id = h.id and p.at < h.at" = 0 ]
  table_rules: 'Rules = [ RowCountMatch "customers" <= 1.5 ]'
"""
# its name comes after the account's, and its format differs
CUSTOMER = """\
table: raw.customer
source: {{type: files, path: landing/customer}}
target: {{format: {format}, mode: append}}
columns: [{{name: id, type: int}}]
"""
CONF = {f"conf/tables/raw/{name}.yaml": text for name, text in (("account", ACCOUNT), ("customer", CUSTOMER))}
OTHER = {"iceberg": "delta", "delta": "hudi", "hudi": "iceberg"}


class Bank:
    def __init__(self, spark: SparkSession, root: Path, format_name: str) -> None:
        self.root, self.format = root, format_name
        self.warehouse = Warehouse(spark, root / "warehouse")
        formats = (format_name, OTHER[format_name])
        made = zip(CONF.items(), formats, strict=True)
        write(root, MINIMAL | {path: text.format(format=one) for (path, text), one in made})

    def run(self, select: str | None = None, **files: str) -> dict[str, TableRecord]:
        named = {f"landing/{name.replace('_', '/')}.csv": text for name, text in files.items()}
        write(self.root, named)
        found = run(Request(self.root, select=select, keep_session=True)).record
        return {one.table: one for one in found.tables}

    def rows(self) -> list[tuple[int, int]]:
        return sorted((row["id"], row["customer"]) for row in self.warehouse.rows(NAME, self.format))


@pytest.mark.parametrize("format_name", sorted(OTHER))
def test_orphans_block_until_what_they_refer_to_is_there(
    spark: SparkSession, tmp_path: Path, format_name: str
) -> None:
    bank = Bank(spark, tmp_path, format_name)
    account = bank.run(customer_1="id\n1\n2\n", account_1="op,id,customer,at\nI,10,1,1\nI,11,2,1\n")[NAME]
    assert (account.status, bank.rows()) == ("done", [(10, 1), (11, 2)])
    account = bank.run(account_2="op,id,customer,at\nU,10,3,2\nD,11,2,2\n")[NAME]
    assert (account.status, bank.rows()) == ("blocked", [(10, 1), (11, 2)])
    assert "the share of rows that are found in `customers` is 0, wanted = 1.0" in account.error
    account = bank.run(customer_2="id\n3\n")[NAME]
    assert (account.status, bank.rows()) == ("done", [(10, 3)])
    assert {one.outcome for one in account.verdicts} == {"passed"}


def test_a_batch_is_compared_with_the_table_that_readers_see(spark: SparkSession, tmp_path: Path) -> None:
    bank = Bank(spark, tmp_path, "iceberg")
    bank.run(customer_1="id\n1\n", account_1="op,id,customer,at\nI,10,1,5\n")
    account = bank.run(account_2="op,id,customer,at\nU,10,1,4\n")[NAME]
    assert account.status == "blocked"
    assert "CustomSql" in account.error


def test_too_many_rows_beside_the_other_table_block_the_table(spark: SparkSession, tmp_path: Path) -> None:
    bank = Bank(spark, tmp_path, "iceberg")
    rows = "".join(f"I,{number},1,1\n" for number in range(2))
    account = bank.run(customer_1="id\n1\n", account_1=f"op,id,customer,at\n{rows}")[NAME]
    assert (account.status, bank.rows()) == ("blocked", [])
    assert "as a share of those of `customers`, is 2, wanted <= 1.5" in account.error


def test_what_rules_compare_with_has_to_be_there(spark: SparkSession, tmp_path: Path) -> None:
    bank = Bank(spark, tmp_path, "iceberg")
    account = bank.run(select=NAME, account_1="op,id,customer,at\nI,10,1,1\n")[NAME]
    assert account.status == "failed"
    assert "raw.account reads raw.customer, which does not exist yet" in account.error
