"""Messages to an SNS topic. boto3 is imported when one is sent."""

from __future__ import annotations

from collections.abc import Mapping

from etl_core.errors import EtlError


def publish(topic: str, subject: str, text: str, attributes: Mapping[str, str]) -> None:
    """One message to the topic with this ARN, in the topic's own region; `attributes` are there for filter
    policies. Raises EtlError, which names the topic without its account.

    Source: Amazon SNS API Reference, "Publish".
    """
    _, _, _, region, _, name = topic.split(":")
    doing = f"send a message to the SNS topic {name}"
    try:
        from etl_core.aws.clients import client
        from etl_core.aws.errors import aws_errors
    except ImportError as error:
        hint = "pip install 'strata-etl[aws]'"
        raise EtlError(f"cannot {doing}: the package {error.name} is missing", hint=hint) from error
    described = {key: {"DataType": "String", "StringValue": value} for key, value in attributes.items()}
    with aws_errors(doing, EtlError):
        client("sns", region).publish(
            TopicArn=topic, Subject=subject, Message=text, MessageAttributes=described
        )
