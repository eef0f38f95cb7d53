"""Spark's way to S3 where Strata starts Spark: S3A under both `s3a://` and `s3://`, with AWS's standard
settings. On Glue there is a file system for S3 already, and none of this is set.

Source: Hadoop 3.3.4, "Hadoop-AWS module: Integration with Amazon Web Services".
"""

from __future__ import annotations

from etl_core.aws.addresses import endpoint, region_setting

JARS = "s3"  # the group of jars that goes with it
_S3A = "spark.hadoop.fs.s3a"


def s3_settings() -> dict[str, str]:
    """Credentials are looked for where the AWS SDK for Java 1 looks: the environment, a web identity, the
    credentials file, the machine's role. It knows no single sign-on."""
    return {
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        # As from Hadoop 3.4 on. `delete` removes what marks the folders above each new file, which takes
        # requests, and rights on folders of others ("Controlling the S3A Directory Marker Behavior").
        f"{_S3A}.directory.marker.retention": "keep",
        f"{_S3A}.aws.credentials.provider": "com.amazonaws.auth.DefaultAWSCredentialsProviderChain",
        **endpoint_settings(),
    }


def endpoint_settings() -> dict[str, str]:
    """Where S3 is for S3A, which does not read AWS's own settings of it."""
    found = {}
    if region := region_setting():
        found[f"{_S3A}.endpoint.region"] = region
    if url := endpoint("s3"):
        found[f"{_S3A}.endpoint"] = url
        found[f"{_S3A}.path.style.access"] = "true"  # such an endpoint has no name for each bucket
        found[f"{_S3A}.connection.ssl.enabled"] = str(url.startswith("https:")).lower()
    return found
