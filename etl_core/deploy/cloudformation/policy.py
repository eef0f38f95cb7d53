"""What a job may touch -> IAM statements, each as narrow as its action allows.

Actions and the resources they take: Service Authorization Reference of each service. `*` stands only
where an action has no resource to name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl_core.config.models.schedules import Schedule
from etl_core.deploy.cloudformation.access import Access
from etl_core.deploy.common.cfn import Node, arn, literal, sub
from etl_core.names import SYSTEM_NAMESPACE

# What runs ask for (tests/integration/test_aws.py compares): nothing removes a table.
_READ_TABLES = ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
_WRITE_TABLES = [
    "glue:BatchCreatePartition", "glue:BatchDeletePartition", "glue:BatchUpdatePartition",
    "glue:CreateTable", "glue:UpdateTable",
]  # fmt: skip
# AWS Glue Developer Guide, "Create an IAM role for AWS Glue": jobs in a network
_SEE_NETWORK = [
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints",
]  # fmt: skip
_READ_OBJECTS = ["s3:GetObject"]
_WRITE_OBJECTS = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]


def statements(access: Access, capacity: Schedule, kms_keys: Sequence[str]) -> list[Node]:
    """In a fixed order; see `role` for how they become policies."""
    return [
        _allow(_READ_OBJECTS, [_s3(one) for one in access.read]),
        _allow(_WRITE_OBJECTS, [_s3(one) for one in access.write]),
        *_listing(access),
        *_catalog(access),
        *_logging(capacity),
        *_quality(access),
        *_secrets(access),
        *_topic(access),
        *_keys(kms_keys),
        *_network(capacity),
    ]


def _allow(actions: Sequence[str], resources: Sequence[Node | str], condition: Node | None = None) -> Node:
    statement: Node = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return statement | ({"Condition": condition} if condition else {})


def _s3(pattern: str) -> Node:
    return sub(f"arn:${{AWS::Partition}}:s3:::{literal(pattern)}")


def _listing(access: Access) -> Iterator[Node]:
    """Names below each folder; S3A also asks for the folder itself."""
    for bucket in sorted({place.bucket for place in access.listed}):
        keys = [place.key for place in access.listed if place.bucket == bucket]
        prefixes = ["*"] if "" in keys else [one for key in keys for one in (key, f"{key}/*")]
        condition = {"StringLike": {"s3:prefix": prefixes}}
        yield _allow(["s3:ListBucket"], [_s3(bucket)], condition)
        yield _allow(["s3:GetBucketLocation"], [_s3(bucket)])


def _catalog(access: Access) -> Iterator[Node]:
    """An action on a table needs its database and the catalog too."""
    tables = (*access.read_tables, *access.written_tables)
    databases = sorted(
        {one.partition("/")[0] for one in tables} | {*access.asked_databases, SYSTEM_NAMESPACE}
    )
    seen = ["catalog", *(f"database/{one}" for one in databases), *(f"table/{one}" for one in sorted(tables))]
    yield _allow(_READ_TABLES, [arn("glue", one) for one in seen])
    written = sorted({one.partition("/")[0] for one in access.written_tables})
    changed = ["catalog", *(f"database/{one}" for one in written)]
    changed += [f"table/{one}" for one in access.written_tables]
    yield _allow(_WRITE_TABLES, [arn("glue", one) for one in changed])


def _logging(capacity: Schedule) -> Iterator[Node]:
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    if capacity.security_configuration:
        actions.insert(0, "logs:AssociateKmsKey")
        yield _allow(["glue:GetSecurityConfiguration"], ["*"])
    yield _allow(actions, [arn("logs", "log-group:/aws-glue/*")])
    yield _allow(["cloudwatch:PutMetricData"], ["*"], {"StringEquals": {"cloudwatch:namespace": "Glue"}})


def _quality(access: Access) -> Iterator[Node]:
    """Results of Glue Data Quality: IAM knows rulesets only, and those in a script have no name. AWS Glue
    Developer Guide, "Configure IAM permissions for AWS Glue Data Quality"."""
    if access.publishes_quality:
        yield _allow(["glue:PublishDataQuality"], [arn("glue", "dataQualityRuleset/*")])
        namespace = {"StringEquals": {"cloudwatch:namespace": "Glue Data Quality"}}
        yield _allow(["cloudwatch:PutMetricData"], ["*"], namespace)


def _secrets(access: Access) -> Iterator[Node]:
    """Secrets Manager ends each secret's ARN with six characters of its own."""
    if access.secrets:
        named = [arn("secretsmanager", f"secret:{name}-??????") for name in access.secrets]
        yield _allow(["secretsmanager:GetSecretValue"], named)


def _topic(access: Access) -> Iterator[Node]:
    """The topic may be in another region or account, never in another partition."""
    if access.topic:
        rest = access.topic.split(":", 2)[2]
        yield _allow(["sns:Publish"], [sub(f"arn:${{AWS::Partition}}:{literal(rest)}")])


def _keys(kms_keys: Sequence[str]) -> Iterator[Node]:
    if kms_keys:
        actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
        yield _allow(actions, [arn("kms", f"key/{key}") for key in sorted(kms_keys)])


def _network(capacity: Schedule) -> Iterator[Node]:
    """Only for jobs with connections: Glue opens network interfaces in the connection's subnet."""
    if not capacity.connections:
        return
    named = [arn("glue", "catalog"), *(arn("glue", f"connection/{one}") for one in capacity.connections)]
    yield _allow(["glue:GetConnection"], named)
    yield _allow(_SEE_NETWORK, ["*"])
    yield _allow(["ec2:DescribeVpcAttribute"], [arn("ec2", "vpc/*")])
    places = [arn("ec2", f"{one}/*") for one in ("network-interface", "security-group", "subnet")]
    yield _allow(["ec2:CreateNetworkInterface"], places)
    yield _allow(["ec2:DeleteNetworkInterface"], places[:1])
    tags = {"ForAllValues:StringEquals": {"aws:TagKeys": ["aws-glue-service-resource"]}}
    yield _allow(["ec2:CreateTags", "ec2:DeleteTags"], places[:1], tags)
