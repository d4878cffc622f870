"""A demo as an application for the real AWS: a folder with an AWS SAM template and the handlers, unchanged.

Nothing here talks to AWS. What a folder needs to become an application is AWS's SAM CLI, and an account.
"""

from lambda_study.aws_template.applications import DEMOS, application
from lambda_study.aws_template.folder import Written, write_template
from lambda_study.aws_template.local import statements
from lambda_study.aws_template.sam import template
from lambda_study.aws_template.yaml_text import yaml_text

__all__ = ["DEMOS", "Written", "application", "statements", "template", "write_template", "yaml_text"]
