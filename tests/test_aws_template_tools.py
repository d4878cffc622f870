"""The templates, read by AWS's SAM translator and by cfn-lint; and the roles, held against a day of the club.

The tools pin what the project uses, so they have an environment of their own. Nothing is asked of AWS.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import boto3
import pytest
from own_environment import own_environment

from lambda_study.aws_template import DEMOS, application, statements, write_template
from lambda_study.cloud import Cloud
from lambda_study.demos import photograph
from lambda_study.demos.photo_club.club import ClubApplication
from lambda_study.demos.photo_club.member import Member
from lambda_study.demos.small_account import policy

pytestmark = pytest.mark.more

# The translator needs a place of the code in a bucket, as `sam package` writes it.
TRANSLATE = """
import json, pathlib, sys
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

class ManagedPolicies:
    def load(self):
        return {}

for path in map(pathlib.Path, sys.argv[1:]):
    template = yaml_parse(path.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://code-of-the-club/package.zip"
    translated = transform(template, {}, ManagedPolicies())
    path.with_name("translated.json").write_text(json.dumps(translated, default=str))
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("templates")
    return [write_template(name, place / name).folder for name in DEMOS]


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tools")
    return own_environment(folder, "cfn-lint==1.58.0", "aws-sam-translator==1.115.0")


def told(*words):
    """What a program prints; nothing if it has nothing to say. No proxy, no keys, no metadata service."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("proxy")}
    offline = {**kept, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(words, capture_output=True, text=True, env=offline, timeout=300)
    return done.stdout + (done.stderr if done.returncode else "")


def test_cfn_lint_and_the_sam_translator_find_nothing(folders, programs):
    templates = [str(folder / "template.yaml") for folder in folders]
    assert told(str(programs / "cfn-lint"), *templates) == ""
    assert told(str(programs / "python"), "-c", TRANSLATE, *templates) == ""
    translated = [str(folder / "translated.json") for folder in folders]
    assert told(str(programs / "cfn-lint"), *translated) == ""
    for path in translated:
        made = json.loads(Path(path).read_text())["Resources"].values()
        roles = [each["Properties"] for each in made if each["Type"] == "AWS::IAM::Role"]
        assert not [role for role in roles if "ManagedPolicyArns" in role]


def test_cfn_lint_finds_what_is_wrong(folders, programs, tmp_path):
    text = (folders[0] / "template.yaml").read_text().replace("MemorySize: 1024", "MemorySize: 64")
    (tmp_path / "template.yaml").write_text(text)
    assert "64 is less than the minimum of 128" in told(
        str(programs / "cfn-lint"), str(tmp_path / "template.yaml")
    )


# -- the roles of the club


NEEDED = [
    (demo, function.name, action)
    for demo in DEMOS
    for function in application(demo).functions
    for statement in (statements(application(demo), function.name) if demo != "thumbnail" else ())
    for action in statement["Action"]
    if demo != "photo-club" and not action.startswith("logs:")
]


def faults(demo, function="", without=""):
    """What goes wrong in a day of the club whose functions have the roles of DEMO's template."""
    app = application(demo)
    with Cloud(clock="manual", enforce_permissions=True) as cloud:
        club, iam = ClubApplication(cloud), boto3.client("iam")
        for each in app.functions:
            allowed = statements(app, each.name, without if each.name == function else "")
            role = f"{each.name}-role"
            iam.put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=policy(*allowed))
        ada = Member(club, "ada")
        ada.sign_up()
        ada.sign_in()
        if ada.upload("swan.jpg", photograph.small_photo(1)).status != 200:
            return ["the upload was refused"]
        cloud.clock.advance(minutes=5)
        found = [] if club.papers("newsletters") else ["no newsletter"]
        ada.gallery()
        cloud.clock.advance(days=1)
        return found + [event.error for event in cloud.trace if event.error]


@pytest.mark.parametrize("demo", [name for name in DEMOS if name != "thumbnail"])
def test_the_roles_of_a_template_allow_all_that_a_day_needs(demo):
    assert faults(demo) == []


@pytest.mark.parametrize(("demo", "function", "action"), NEEDED)
def test_a_role_without_one_of_its_actions_is_not_enough(demo, function, action):
    assert faults(demo, function, without=action)
