"""A small project that goes to AWS, and its golden templates.

`python -m tests.unit.deploy.small_deploy` writes the golden files anew: review them in the diff.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from etl_core.config.loader import load
from etl_core.config.project import Project
from etl_core.deploy.bundle.reader import Bundle, read_bundle
from etl_core.deploy.cloudformation.template import Template, Way, make_template
from tests.unit.config.small_project import write
from tests.unit.deploy.bundle_sample import write_bundle

GOLDEN = Path(__file__).parent / "golden"
WAYS: tuple[Way, ...] = ("glue", "stepfunctions")
CHANGES: dict[str, str | None] = {
    "conf/environments/prod.yaml": """\
        profile: glue-5.1
        warehouse: s3://shop-lake/tables
        spark:
          spark.sql.shuffle.partitions: 64
          spark.hadoop.fs.s3a.connection.maximum: 100
          spark.hadoop.shop.token: secret://shop/api/token
        notify: {sns: "arn:aws:sns:eu-central-1:123456789012:data-alerts", on: [failed, blocked]}
        deploy:
          bucket: shop-artifacts
          region: eu-central-1
          notify: [data@shop.example]
          kms_keys: [1234abcd-12ab-34cd-56ef-1234567890ab]
          lake_formation_tags: {domain: shop}
        """,
    "conf/tables/raw/orders.yaml": """\
        table: raw.orders
        source:
          path: s3://shop-landing/orders
        target:
          mode: append
        columns:
          - {name: id, type: int}
        """,
    "conf/tables/raw/refunds.yaml": """\
        table: raw.refunds
        source:
          path: s3://shop-landing/refunds
        target:
          mode: append
        columns:
          - {name: id, type: int}
        """,
    "conf/tables/enriched/daily.yaml": """\
        table: enriched.daily
        description: Orders a day.
        inputs:
          orders: raw.orders
        target:
          mode: overwrite
          format: delta
        """,
    "conf/tables/enriched/weekly.yaml": """\
        table: enriched.weekly
        inputs:
          days: enriched.daily
        target:
          mode: overwrite
          format: parquet
        """,
    "conf/schedules.yaml": """\
        schedules:
          nightly:
            description: What came since yesterday.
            select: raw.*
            cron: 0 3 * * ? *
            retries: 2
            connections: [shop-vpc]
          reports:
            select: enriched.*
            after: nightly
            jobs: per_table
            execution: flex
            security_configuration: shop-encrypted
        """,
}


def project(root: Path, changes: dict[str, str | None] | None = None) -> Project:
    return load(write(root, {**CHANGES, **(changes or {})}), "prod")


def bundle(folder: Path) -> Bundle:
    return read_bundle(write_bundle(folder, "shop", "prod", scripts=("enriched.daily",)))


def template(root: Path, way: Way = "glue", changes: dict[str, str | None] | None = None) -> Template:
    return make_template(project(root / "project", changes), bundle(root / "bundle"), way)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        GOLDEN.mkdir(exist_ok=True)
        for kind in WAYS:
            made = template(Path(folder), kind)
            (GOLDEN / f"{kind}.yaml").write_text(made.text, "utf-8")
