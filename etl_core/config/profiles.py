"""Runtime profiles: which Spark each has, and what of Strata it cannot do, with the reason.

Versions: AWS Glue Developer Guide, "Migrating AWS Glue for Spark jobs to AWS Glue version 5.1" and "… 6.0".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Profile = Literal["glue-5.1", "glue-6.0"]
DEFAULT: Profile = "glue-5.1"


@dataclass(frozen=True)
class Runtime:
    """`missing`: feature (a format, the rule engines `deequ` and `glue`, `s3`) -> why it is not there."""

    spark: str
    missing: Mapping[str, str] = field(default_factory=dict)


RUNTIMES: dict[Profile, Runtime] = {
    "glue-5.1": Runtime("3.5.6"),
    "glue-6.0": Runtime(
        "4.1.1",
        {
            "hudi": "no Hudi bundle for Spark 4.1 could be had to build and test with",
            "deequ": "no Deequ for Spark 4.1 could be had to build and test with",
            "glue": "what Glue 6.0 has installed is not known here, so that jobs are not deployed to it",
            "s3": "S3 from Spark 4.1 needs another AWS SDK, which was not tried yet",
        },
    ),
}
