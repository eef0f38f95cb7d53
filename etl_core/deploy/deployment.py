"""A deployment from end to end: look, upload, apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from etl_core.config.project import Project
from etl_core.deploy.aws import Clients
from etl_core.deploy.bundle.reader import Bundle
from etl_core.deploy.cloudformation.template import Template
from etl_core.deploy.common.names import stack_name
from etl_core.deploy.common.places import Place, bundle_place, deploy_config
from etl_core.deploy.preflight import check_account
from etl_core.deploy.stack import apply_template, deployed_template
from etl_core.deploy.upload import upload_bundle, upload_template


@dataclass(frozen=True)
class Deployed:
    """`uploaded`: files sent to S3; `changed`: whether the stack is another than before."""

    stack: str
    uploaded: int
    changed: bool


def look(clients: Clients, project: Project) -> Any:
    """The deployed template (see `stack`), after everything else was checked. Writes nothing."""
    check_account(clients, project)
    return deployed_template(clients, stack_name(project, deploy_config(project)))


def deploy(clients: Clients, project: Project, bundle: Bundle, template: Template) -> Deployed:
    """After `look`. The bundle goes first, below a new folder: jobs that run now do not notice.

    Raises DeployError; the stack is then as it was.
    """
    config = deploy_config(project)
    stack = stack_name(project, config)
    sent = upload_bundle(clients, bundle, bundle_place(config, bundle.digest))
    url = upload_template(clients, template.text, Place(config.bucket, config.prefix))
    changed = apply_template(clients, stack, url, template.parameters, config.tags)
    return Deployed(stack, sent, changed)
