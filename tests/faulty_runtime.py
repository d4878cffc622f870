"""A small Lambda runtime with a planted fault: `python faulty_runtime.py FAULT`. "none" plants nothing."""

import http.client
import json
import os
import subprocess
import sys
import time

FAULT = sys.argv[1]
API = os.environ["AWS_LAMBDA_RUNTIME_API"]
RUNTIME = "/2018-06-01/runtime"


def next_event():
    patience_s = 0.05 if FAULT == "polls again and again" else None
    while True:
        connection = http.client.HTTPConnection(API, timeout=patience_s)
        try:
            connection.request("GET", f"{RUNTIME}/invocation/next")
            response = connection.getresponse()
            return response.headers["Lambda-Runtime-Aws-Request-Id"], response.read()
        except TimeoutError:
            connection.close()
        except OSError:
            if FAULT != "outlives the API":
                raise
            time.sleep(0.01)


def post(path, body, error_type=None):
    headers = {"Lambda-Runtime-Function-Error-Type": error_type} if error_type else {}
    connection = http.client.HTTPConnection(API)
    connection.request("POST", f"{RUNTIME}/{path}", body, headers)
    connection.getresponse().read()
    connection.close()


def handle(event):
    if json.loads(event).get("fail"):
        raise ValueError("as asked")
    if FAULT == "breaks UTF-8":
        return event.decode("ascii", "replace").encode()
    if FAULT == "runs what is in the event":
        quoted = event.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        return subprocess.run(["sh"], input=b'printf %s "' + quoted + b'"', stdout=subprocess.PIPE).stdout
    if FAULT == "dies on a large event" and len(event) > 100_000:
        sys.exit(126)
    return event


def fail(request_id, error):
    body = {"errorMessage": str(error), "errorType": type(error).__name__}
    if FAULT == "errors have no type":
        del body["errorType"]
    post(f"invocation/{request_id}/error", json.dumps(body), "Function.Failed")
    if FAULT == "dies after an error":
        sys.exit(1)


def init():
    if FAULT == "never asks":
        time.sleep(60)
    if FAULT == "ends at once":
        sys.exit("no bootstrap here")
    if os.environ["_HANDLER"].startswith("missing"):
        if FAULT != "no init error":
            body = {"errorMessage": "no such handler", "errorType": "Runtime.HandlerNotFound"}
            post("init/error", json.dumps(body), body["errorType"])
        sys.exit(1)


init()
while True:
    request_id, event = next_event()
    try:
        result = handle(event)
    except ValueError as error:
        fail(request_id, error)
        continue
    post(f"invocation/{'0000' if FAULT == 'posts a wrong id' else request_id}/response", result)
    if FAULT == "posts twice":
        post(f"invocation/{request_id}/response", result)
    if FAULT == "serves one event":
        sys.exit(0)
