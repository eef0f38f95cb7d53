"""`landing.py 1`: what GreatFin's sources deliver on that day, into the landing bucket of
conf/environments/docker.yaml; on the first day the buckets are made, and the reference data put there too."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import boto3

from etl_core.demo.greatfin import generate

BUCKETS = LAKE, LANDING = "greatfin-lake", "greatfin-landing"
REFERENCE = Path(os.environ.get("STRATA_REFERENCE", Path(__file__).parent.parent / "conf" / "reference"))


def main(day: Literal[1, 2]) -> None:
    s3 = boto3.client("s3")
    if day == 1:
        for bucket in BUCKETS:
            s3.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name}
            )
        upload(s3, REFERENCE, "reference")
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), day)
        upload(s3, Path(folder))


def upload(s3: boto3.client, folder: Path, prefix: str = "") -> None:
    for path in files(folder):
        s3.upload_file(str(path), LANDING, Path(prefix, path.relative_to(folder)).as_posix())


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


if __name__ == "__main__":
    main(1 if sys.argv[1] == "1" else 2)
