"""`lambda-study serve`: what it prints, what works against it, and that it leaves nothing."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from own_environment import own_environment
from served import served

from lambda_study.cli import main

BASICS = Path(__file__).parent / "handlers" / "basics.py"
PROGRAM = """
import io, json, zipfile, boto3
package = io.BytesIO()
with zipfile.ZipFile(package, "w") as archive:
    archive.writestr("app.py", "def handler(event, context): return event['Records'][0]['s3']")
awslambda, s3 = boto3.client("lambda"), boto3.client("s3")
trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
trusted = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
role = boto3.client("iam").create_role(RoleName="club", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
code = {"ZipFile": package.getvalue()}
made = awslambda.create_function(
    FunctionName="thumbnail", Runtime="python3.12", Handler="app.handler", Role=role, Code=code)
awslambda.get_waiter("function_active_v2").wait(FunctionName="thumbnail")
s3.create_bucket(Bucket="photos")
rule = {"LambdaFunctionArn": made["FunctionArn"], "Events": ["s3:ObjectCreated:*"]}
awslambda.add_permission(
    FunctionName="thumbnail", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
    SourceArn="arn:aws:s3:::photos")
s3.put_bucket_notification_configuration(
    Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [rule]})
s3.put_object(Bucket="photos", Key="a.jpg", Body=b"picture")
answer = awslambda.invoke(FunctionName="thumbnail", Payload=json.dumps({"Records": []}))
print(answer["FunctionError"], json.load(answer["Payload"])["errorType"])
"""


def test_it_tells_its_address_and_ends_without_a_trace():
    with served("--clock", "manual") as cloud:
        endpoint = cloud.variables["AWS_ENDPOINT_URL"]
        assert cloud.variables["AWS_ACCESS_KEY_ID"] == "testing"
        assert cloud.post("advance?hours=24") == "2026-11-24T00:00:00+00:00\n"
        process = psutil.Process(cloud.process.pid)
        children = process.children(recursive=True)
        assert cloud.stop() == 0
    assert not psutil.wait_procs(children, timeout=10)[1]
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(endpoint.rpartition(":")[2])), timeout=5)


def test_a_signal_to_end_ends_it_as_ctrl_c_does():
    with served() as cloud:
        assert cloud.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("options", [["--clock", "fast"], ["--port", "70000"]])
def test_what_it_cannot_take_is_told_in_one_line(capsys, options):
    with pytest.raises(SystemExit) as ended:
        main(["serve", *options])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.more
def test_an_unmodified_boto3_program_works_against_it():
    with served("--enforce-permissions") as cloud:
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=cloud.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.stdout == "Unhandled IndexError\n", ran.stderr
        assert "s3:photos  thumbnail" in cloud.get("trace")


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """The AWS CLI, in an environment of its own: it pins a botocore that is not ours."""
    return own_environment(tmp_path_factory.mktemp("awscli"), "awscli") / "aws"


@pytest.mark.more
def test_the_aws_cli_works_against_it(aws, tmp_path):
    shutil.copy(BASICS, tmp_path / "basics.py")
    shutil.make_archive(str(tmp_path / "package"), "zip", tmp_path, "basics.py")

    def run(*words):
        done = subprocess.run(
            [aws, "--endpoint-url", cloud.variables["AWS_ENDPOINT_URL"], *words],
            env=cloud.environment,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    with served("--clock", "manual") as cloud:
        made = ["--function-name", "echo", "--runtime", "python3.12", "--handler", "basics.echo"]
        role = ["--role", "arn:aws:iam::123456789012:role/club", "--zip-file", "fileb://package.zip"]
        assert json.loads(run("lambda", "create-function", *made, *role))["FunctionName"] == "echo"
        payload = ["--payload", '{"n": 1}']
        answer = run("lambda", "invoke", "--function-name", "echo", *payload, "out.json")
        assert json.loads(answer)["StatusCode"] == 200
        assert json.loads((tmp_path / "out.json").read_text()) == {"n": 1}
        run("s3", "mb", "s3://photos")
        run("s3", "cp", "basics.py", "s3://photos/a b.py")
        assert run("s3", "ls", "s3://photos").split(maxsplit=3)[3] == "a b.py\n"
        url = json.loads(run("sqs", "create-queue", "--queue-name", "jobs"))["QueueUrl"]
        run("sqs", "send-message", "--queue-url", url, "--message-body", "hello")
        received = json.loads(run("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "5"))
        assert received["Messages"][0]["Body"] == "hello"
