import json
import os
from http.client import HTTPConnection

runtime_api = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def ask(method, path, body=None):
    runtime_api.request(method, f"/2018-06-01/runtime/invocation/{path}", body)
    answer = runtime_api.getresponse()
    return answer.headers, answer.read()


def handler(event):
    return f"Welcome to the club, {event['name']}!"


while True:
    headers, event = ask("GET", "next")
    result = handler(json.loads(event))
    ask("POST", headers["Lambda-Runtime-Aws-Request-Id"] + "/response", json.dumps(result))
