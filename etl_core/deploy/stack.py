"""The CloudFormation stack: what it holds now, and bringing it to a template by a change set."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from etl_core.deploy.aws import Clients, aws_errors, code_of
from etl_core.errors import DeployError

# CloudFormation's words for a change set in which nothing changes
_NO_CHANGE = ("didn't contain changes", "No updates are to be performed")
_POLLING = {"Delay": 5, "MaxAttempts": 720}  # seconds; an hour
_BEGUN = "REVIEW_IN_PROGRESS"  # a change set was made, and never a resource


def deployed_template(clients: Clients, stack: str) -> Any:
    """The template as it was sent: text, or a mapping where that was JSON; None if there is no stack."""
    if _status(clients, stack) in ("", _BEGUN):
        return None
    with aws_errors(f"read the template of the stack {stack}"):
        answer = clients.cloudformation.get_template(StackName=stack, TemplateStage="Original")
    return answer["TemplateBody"]


def apply_template(
    clients: Clients, stack: str, url: str, parameters: Mapping[str, str], tags: Mapping[str, str]
) -> bool:
    """Create or update the stack and wait for the end; false if nothing had to change.

    Raises DeployError; CloudFormation then has taken everything back.
    """
    status = _status(clients, stack)
    _check_free(stack, status)
    new = status in ("", _BEGUN)
    with aws_errors(f"deploy the stack {stack}"):
        identity = _change_set(clients, stack, url, parameters, tags, new=new)
        if identity is None:
            return False
        clients.cloudformation.execute_change_set(ChangeSetName=identity["Id"])
        _wait(
            clients, identity["StackId"], stack, "stack_create_complete" if new else "stack_update_complete"
        )
    return True


def _status(clients: Clients, stack: str) -> str:
    """ "" if there is no stack of this name."""
    with aws_errors(f"look at the stack {stack}"):
        try:
            answer = clients.cloudformation.describe_stacks(StackName=stack)
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                return ""
            raise
    return str(answer["Stacks"][0]["StackStatus"])


def _check_free(stack: str, status: str) -> None:
    if status.endswith("_IN_PROGRESS") and status != _BEGUN:
        hint = "wait for it to end"
        raise DeployError(f"the stack {stack} is being changed by somebody else ({status})", hint=hint)
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED"):
        hint = (
            f"look at its events; `aws cloudformation delete-stack --stack-name {stack}` if it never worked"
        )
        raise DeployError(f"the stack {stack} cannot be updated: it is {status}", hint=hint)


def _change_set(
    clients: Clients,
    stack: str,
    url: str,
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
    *,
    new: bool,
) -> Any:
    """Its ids, once it can be executed; None if nothing changes."""
    pairs = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    # a stack that could not be made goes again, so that the next try finds its place free
    failure = {"OnStackFailure": "DELETE"} if new else {}
    identity = clients.cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"strata-{hashlib.sha256(url.encode()).hexdigest()[:16]}",
        ChangeSetType="CREATE" if new else "UPDATE",
        TemplateURL=url,
        Parameters=pairs,
        Tags=[{"Key": key, "Value": value} for key, value in sorted(tags.items())],
        Capabilities=["CAPABILITY_IAM"],
        **failure,
    )
    try:
        clients.cloudformation.get_waiter("change_set_create_complete").wait(
            ChangeSetName=identity["Id"], WaiterConfig=_POLLING
        )
    except WaiterError as error:
        reason = str(error.last_response.get("StatusReason", "") if error.last_response else error)
        clients.cloudformation.delete_change_set(ChangeSetName=identity["Id"])
        if any(words in reason for words in _NO_CHANGE):
            return None
        raise DeployError(f"CloudFormation refused the template of {stack}: {reason}") from error
    return identity


def _wait(clients: Clients, stack_id: str, stack: str, waiter: str) -> None:
    try:
        clients.cloudformation.get_waiter(waiter).wait(StackName=stack_id, WaiterConfig=_POLLING)
    except WaiterError as error:
        events = clients.cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
        failed = [one for one in events if str(one.get("ResourceStatus", "")).endswith("_FAILED")]
        first = failed[-1] if failed else {}  # newest come first; the others follow from it
        told = f"{first.get('LogicalResourceId', '?')}: {first.get('ResourceStatusReason', error)}"
        raise DeployError(
            f"the stack {stack} was not deployed, and everything was taken back: {told}",
            hint="correct it and deploy again",
        ) from error
