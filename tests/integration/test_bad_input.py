"""What bad input gets: the exit code, the words, and tables as they were."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.projects import MINIMAL, part, rows, run_json, strata, write

ORDERS = """\
table: raw.orders
source: {type: files, path: landing/orders}
target: {mode: append}
columns:
  - {name: id, type: int, nullable: false}
  - {name: amount, type: "decimal(10,2)"}
  - {name: note}
"""
PER_NOTE = """\
table: enriched.per_note
inputs: {orders: raw.orders}
target: {mode: overwrite}
"""
JOB = """\
from pyspark.sql import DataFrame
from etl_core import table


@table("enriched.per_note")
def per_note(orders: DataFrame) -> DataFrame:
    return orders.groupBy("note").count()
"""
GOOD = "id,amount,note\n1,10.00,first\n2,20.50,\n3,7.25,third\n"


def project(root: Path, **changes: str) -> Path:
    files = MINIMAL | {
        "conf/tables/raw/orders.yaml": ORDERS,
        "conf/tables/enriched/per_note.yaml": PER_NOTE,
        "jobs/enriched/per_note.py": JOB,
        "landing/orders/a.csv": GOOD,
    }
    return write(root, files | changes)


def test_every_mistake_of_the_configuration_is_listed_at_once(tmp_path: Path) -> None:
    root = project(tmp_path)
    wrong = ORDERS.replace("mode: append", "mode: apend").replace("nullable: false", "nulable: false")
    rules = 'quality:\n  rules: |\n    Rules = [ IsComplet "id", IsComplete "nope" ]\n'
    write(
        root,
        {
            "conf/tables/raw/orders.yaml": wrong,
            "conf/tables/raw/copy.yaml": ORDERS,
            "conf/tables/raw/checked.yaml": ORDERS.replace("raw.orders", "raw.checked") + rules,
        },
    )
    for name in ("run", "validate"):
        done = strata(root, name, code=2)
        said = done.stdout + done.stderr
        for words in ("orders.yaml", "3:16", "`append`", "`nullable`", "copy.yaml", "1:8", "IsComplete"):
            assert words in said, f"{words!r} not in\n{said}"
    assert not (root / "warehouse").exists()


def test_a_missing_landing_path_is_named_with_its_setting(tmp_path: Path) -> None:
    root = project(
        tmp_path, **{"conf/tables/raw/orders.yaml": ORDERS.replace("landing/orders", "landing/ordrs")}
    )
    record = run_json(root, code=4)
    failed = part(record, "raw.orders")
    assert failed["status"] == "failed"
    assert "landing/ordrs" in failed["error"]
    assert "conf/tables/raw/orders.yaml:2" in failed["error"] + failed["hint"]
    assert part(record, "enriched.per_note")["status"] == "skipped"


def test_an_unreadable_file_is_named_and_the_others_are_not_half_committed(tmp_path: Path) -> None:
    contract = ORDERS.replace("path: landing/orders", "path: landing/orders, format: parquet")
    root = project(tmp_path, **{"conf/tables/raw/orders.yaml": contract})
    (root / "landing/orders/a.csv").unlink()
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(
        pa.table({"id": [1], "amount": ["1.00"], "note": ["x"]}), root / "landing/orders/a.parquet"
    )
    (root / "landing/orders/b.parquet").write_bytes(b"PAR1 this is no Parquet file PAR1")
    record = run_json(root, code=4)
    assert "b.parquet" in part(record, "raw.orders")["error"]
    (root / "landing/orders/b.parquet").unlink()
    run_json(root)
    assert [row["id"] for row in rows(root, "raw.orders")] == [1]


def test_malformed_rows_are_quarantined_with_reasons_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = 'x,1.00,wrong type\n5,2.00\n,3.00,null key\n6,4.00,"open\n7,5.00,good\n8,6.0'
    root = project(tmp_path, **{"landing/orders/b.csv": "id,amount,note\n" + lines})
    record = run_json(root)
    counts = part(record, "raw.orders")["rows"]
    assert counts == {"read": 9, "written": 4, "quarantined": 5, "dropped": 0, "superseded": 0}
    assert sorted(row["id"] for row in rows(root, "raw.orders")) == [1, 2, 3, 7]
    reasons = " | ".join(row["reason"] for row in rows(root, "_strata.raw__orders_quarantine"))
    for words in ("id: ", "multi_line", "missing"):
        assert words in reasons, reasons


def test_a_blocked_batch_leaves_the_target_and_says_which_rule(tmp_path: Path) -> None:
    checked = ORDERS + 'quality:\n  rules: |\n    Rules = [ RowCount >= 3, Completeness "note" > 0.5 ]\n'
    root = project(tmp_path, **{"conf/tables/raw/orders.yaml": checked})
    run_json(root)
    before = rows(root, "raw.orders")
    write(root, {"landing/orders/b.csv": "id,amount,note\n9,1.00,alone\n"})
    record = run_json(root, code=3)
    blocked = part(record, "raw.orders")
    assert blocked["status"] == "blocked"
    assert "RowCount" in blocked["error"]
    assert [v["outcome"] for v in blocked["verdicts"] if v["rule"].startswith("RowCount")] == ["failed"]
    assert part(record, "enriched.per_note")["status"] == "skipped"
    assert rows(root, "raw.orders") == before
    write(root, {"landing/orders/c.csv": "id,amount,note\n10,1.00,x\n11,1.00,y\n"})
    run_json(root)
    assert sorted(row["id"] for row in rows(root, "raw.orders")) == [1, 2, 3, 9, 10, 11]


def test_table_rules_judge_the_table_as_it_would_be(tmp_path: Path) -> None:
    checked = ORDERS + 'quality:\n  table_rules: |\n    Rules = [ IsUnique "id" ]\n'
    root = project(tmp_path, **{"conf/tables/raw/orders.yaml": checked})
    run_json(root)
    write(root, {"landing/orders/b.csv": "id,amount,note\n1,1.00,again\n"})
    record = run_json(root, code=3)
    assert "IsUnique" in part(record, "raw.orders")["error"]
    assert len(rows(root, "raw.orders")) == 3


def test_a_second_run_with_nothing_new_starts_no_write_and_says_so(tmp_path: Path) -> None:
    root = project(tmp_path)
    run_json(root)
    before = sorted(str(path) for path in (root / "warehouse").rglob("*.metadata.json"))
    done = strata(root, "run")
    assert "nothing new" in done.stdout.lower()
    assert sorted(str(path) for path in (root / "warehouse").rglob("*.metadata.json")) == before


def test_a_failing_job_names_its_file_and_line(tmp_path: Path) -> None:
    root = project(tmp_path, **{"jobs/enriched/per_note.py": JOB.replace('"note"', '"nope"')})
    record = run_json(root, code=4)
    failed = part(record, "enriched.per_note")
    assert "enriched/per_note.py:7" in failed["error"]
    assert part(record, "raw.orders")["status"] == "done"


def test_a_repeated_file_is_loaded_once(tmp_path: Path) -> None:
    root = project(tmp_path)
    run_json(root)
    write(root, {"landing/orders/a.csv": GOOD})
    record = run_json(root)
    assert part(record, "raw.orders")["status"] == "nothing_new"
    assert len(rows(root, "raw.orders")) == 3


def test_json_is_pure(tmp_path: Path) -> None:
    root = project(tmp_path)
    done = strata(root, "plan", "--json")
    assert {step["table"] for step in json.loads(done.stdout)["steps"]} == {"raw.orders", "enriched.per_note"}
