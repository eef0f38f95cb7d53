"""`notify:` of an environment file: who hears of a run that did not go well."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from etl_core.config.models.base import Model

# Amazon SNS API Reference, "CreateTopic": names of standard topics; those of FIFO topics end with `.fifo`
SNS_TOPIC = r"^arn:aws[a-z-]*:sns:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,256}$"
Event = Literal["failed", "blocked", "warned"]


class NotifyConfig(Model):
    """One message a run, where one of the things named in `on` happened."""

    sns: str = Field(pattern=SNS_TOPIC, description="ARN of the SNS topic that gets the message.")
    on: tuple[Event, ...] = Field(
        default=("failed", "blocked"),
        min_length=1,
        description="failed: a table failed or was not started. blocked: a blocking rule kept a batch out. "
        "warned: a rule failed that does not block (`on_failure: warn`, or rows that it takes out), or "
        "something beside the tables went wrong.",
    )
