"""The stack of an environment as a CloudFormation template: jobs, roles, triggers, databases."""
