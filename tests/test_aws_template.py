"""A demo as an AWS SAM application: what is in the folder, and that its permissions are enough, no more."""

from __future__ import annotations

import ast
import json
import re
from decimal import Decimal

import pytest
from click.testing import CliRunner
from template_yaml import read_template

from lambda_study.aws_template import DEMOS, application, statements, template, write_template, yaml_text
from lambda_study.aws_template.month import month_bill
from lambda_study.aws_template.sam import LOG_DAYS
from lambda_study.cli import cli
from lambda_study.cloud import Cloud
from lambda_study.demos import photograph
from lambda_study.demos.photo_club.functions import RESOURCES
from lambda_study.demos.roles import set_role
from lambda_study.demos.thumbnail import PhotoClub
from lambda_study.errors import BadInput


@pytest.fixture(params=DEMOS)
def app(request):
    return application(request.param)


def resources(app, kind):
    """The properties of the resources of KIND, by logical id."""
    found = template(app)["Resources"].items()
    return {name: each["Properties"] for name, each in found if each["Type"] == kind}


def policy_statements(app):
    roles = resources(app, "AWS::IAM::Role").values()
    return [each for role in roles for each in role["Policies"][0]["PolicyDocument"]["Statement"]]


# -- the folder


def test_the_handlers_are_copied_byte_for_byte(app, tmp_path):
    written = write_template(app.name, tmp_path / "out")
    for function in app.functions:
        copy = written.folder / "src" / function.name / function.file.name
        assert copy.read_bytes() == function.file.read_bytes()


def test_a_folder_has_a_template_a_configuration_a_readme_and_requirements(app, tmp_path):
    written = write_template(app.name, tmp_path / "new" / "out")
    sources = {f"src/{each.name}/requirements.txt" for each in app.functions}
    assert {"template.yaml", "samconfig.toml", "README.md", *sources} < set(written.files)
    assert "{" not in re.sub(r"`[^`]*`|-d '.*'|\s'.*'", "", written.folder.joinpath("README.md").read_text())


def test_the_same_demo_gives_the_same_bytes(app, tmp_path):
    first, second = (write_template(app.name, tmp_path / name) for name in ("a", "b"))
    assert first.files == second.files
    assert all(
        (first.folder / each).read_bytes() == (second.folder / each).read_bytes() for each in first.files
    )


def test_the_yaml_says_what_the_template_says(app):
    assert read_template(yaml_text(template(app))) == template(app)


@pytest.mark.parametrize("text", ["", "no", "1.5", "2012-10-17", "a: b", "- a", "#", "a\nb", "!x", "0 2 *"])
def test_a_text_that_yaml_would_read_otherwise_is_quoted(text):
    assert read_template(yaml_text({"Key": {text: [text]}})) == {"Key": {text: [text]}}


def test_a_handler_that_needs_pillow_says_so_in_its_requirements(app, tmp_path):
    written = write_template(app.name, tmp_path / "out")
    for function in app.functions:
        required = (written.folder / "src" / function.name / "requirements.txt").read_text()
        assert ("PIL" in function.file.read_text()) == ("pillow" in required)


def test_a_folder_with_files_is_left_as_it_was(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"holds files already. Give a folder that is new or empty."):
        write_template("cron", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken_and_a_file_is_not(tmp_path):
    assert write_template("cron", tmp_path / "out").files
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=r"is a file. Give a folder"):
        write_template("cron", tmp_path / "file")


def test_nothing_is_left_where_the_folder_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be written"):
        write_template("cron", tmp_path / "file" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# -- the template


def test_every_function_has_a_role_of_its_own_and_a_log_group_that_forgets(app):
    made = template(app)["Resources"]
    for settings in resources(app, "AWS::Serverless::Function").values():
        assert made[settings["Role"]["Fn::GetAtt"][0]]["Type"] == "AWS::IAM::Role"
        assert made[settings["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]["RetentionInDays"] == LOG_DAYS
    assert len(resources(app, "AWS::IAM::Role")) == len(app.functions)


def test_no_action_is_a_wildcard_and_only_listing_streams_is_allowed_on_everything(app):
    for statement in policy_statements(app):
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == "*":
            assert {action.split(":")[1] for action in statement["Action"]} == {"ListStreams"}


def test_every_variable_that_a_handler_reads_is_set_and_no_other(app):
    functions = resources(app, "AWS::Serverless::Function").values()
    for function, settings in zip(app.functions, functions, strict=True):
        read = set(re.findall(r"os\.environ\[.(\w+).\]", function.file.read_text()))
        assert read == set(settings.get("Environment", {}).get("Variables", {}))


def test_a_handler_has_no_name_of_a_resource_in_its_code(app):
    for function in app.functions:
        calls = [
            node for node in ast.walk(ast.parse(function.file.read_text())) if isinstance(node, ast.Call)
        ]
        named = {word.arg: word.value for call in calls for word in call.keywords}
        given = [named[key] for key in ("Bucket", "TableName", "TopicArn", "StreamName") if key in named]
        assert not [each for each in given if isinstance(each, ast.Constant)]


def test_the_queue_of_a_function_hides_messages_for_six_timeouts_and_a_window():
    queue = resources(application("sqs-worker"), "AWS::SQS::Queue")["LettersQueue"]
    assert (queue["VisibilityTimeout"], queue["RedrivePolicy"]["maxReceiveCount"]) == (6 * 10 + 60, 5)
    assert RESOURCES["letters"].settings == {"VisibilityTimeout": str(queue["VisibilityTimeout"])}


def test_what_is_referred_to_is_in_the_template(app):
    made = template(app)
    known = {*made["Resources"], *made["Parameters"]}
    text = json.dumps(made)
    named = re.findall(r'"Ref": "(\w+)"', text) + re.findall(r'"Fn::GetAtt": \["(\w+)"', text)
    named += re.findall(r"\$\{(\w+)(?:\.\w+)?\}", text)
    assert set(named) - known == set()


# -- what it costs


def test_an_idle_month_is_free_but_for_the_shard_of_a_stream():
    idle = {name: month_bill(application(name), idle=True).total_usd for name in DEMOS}
    assert {name: usd for name, usd in idle.items() if usd} == {"photo-club": Decimal("10.95")}


def test_a_month_with_the_free_tier_costs_no_more_than_one_without(app):
    assert month_bill(app).total_usd < month_bill(app, free_tier=False).total_usd < 15
    assert {*app.work} == {function.name for function in app.functions}


# -- permissions, held against a run


@pytest.fixture(scope="module")
def club():
    with Cloud(clock="manual", enforce_permissions=True) as cloud:
        yield PhotoClub(cloud)


MORE = [
    pytest.param(action, marks=pytest.mark.more)
    for action in ("s3:GetObject", "s3:PutObject", "sqs:SendMessage")
]


@pytest.mark.parametrize("action", ["", "dynamodb:PutItem", *MORE])
def test_the_templates_permissions_are_enough_and_each_is_needed(club, action):
    set_role(club.function, *statements(application("thumbnail"), "thumbnail", without=action))
    rows, kept = club.rows, len(club.not_done)
    club.upload("bad.txt", b"no photo")
    club.upload(f"{action}.jpg", photograph.small_photo(1))
    club.cloud.clock.advance(hours=1)
    done = len(club.rows) > len(rows) and f"{action}.jpg" in club.thumbnails
    assert (done and len(club.not_done) > kept) == (action == "")


# -- the command


def run(*words):
    return CliRunner().invoke(cli, ["template", *words])


def test_the_command_tells_what_it_wrote_and_what_a_month_costs(tmp_path):
    told = run("photo-club", str(tmp_path / "out")).output
    assert re.search(r"\d+  template.yaml\n", told)
    assert "A month costs up to 12.59 USD, 10.95 USD without a visitor." in told


def test_the_command_prints_one_json_object(tmp_path):
    told = json.loads(run("cron", str(tmp_path / "out"), "--json").output)
    assert (told["demo"], told["usd_idle"]) == ("cron", "0.00")
    assert "src/report/report.py" in told["files"]


@pytest.mark.parametrize("words", [[], ["cron"], ["clinic", "out"], ["thumbnails", "out"]])
def test_without_a_demo_or_a_folder_the_demos_are_listed_in_one_line(words):
    refusal = str(run(*words).exception)
    assert "\n" not in refusal
    assert ", ".join(DEMOS) in refusal
