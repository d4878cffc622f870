"""Our runtimes before the check that any runtime can be put to."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_study.engine.conformance import check_runtime
from lambda_study.engine.packaging import package_of
from lambda_study.engine.runtimes.languages import launcher_for, missing

pytestmark = pytest.mark.more
# Each returns its event, and fails for {"fail": true}.
ECHO = {
    "node": (
        "index.mjs:handler",
        "export const handler = (e) => { if (e.fail) throw new Error('x'); return e; }",
    ),
    "ruby": ("app.rb:handler", "def handler(event:, context:)\n  raise 'x' if event['fail']\n  event\nend\n"),
    "java": (
        "Hello.java:handler",
        "public class Hello { public static Object handler(java.util.Map<String, Object> event) {"
        '  if (event.containsKey("fail")) throw new RuntimeException("x"); return event; } }',
    ),
    "csharp": (
        "Function.cs:Handler",
        "using System.Collections.Generic; public static class Function {"
        "  public static object Handler(Dictionary<string, object> input) {"
        '    if (input.ContainsKey("fail")) throw new System.Exception("x"); return input; } }',
    ),
    "go": (
        "main.go",
        'package main\nimport ("errors"; "github.com/aws/aws-lambda-go/lambda")\n'
        "func handler(event map[string]any) (any, error) {\n"
        '  if event["fail"] != nil { return nil, errors.New("x") }\n  return event, nil\n}\n'
        "func main() { lambda.Start(handler) }\n",
    ),
    "bash": (
        "function.sh:handler",
        'handler() { case "$1" in *\'"fail"\'*) return 1 ;; esac; printf \'%s\' "$1"; }\n',
    ),
}


@pytest.mark.parametrize("name", ECHO)
def test_our_runtime_has_no_fault(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing(name):
        pytest.skip(missing(name))
    spelling, source = ECHO[name]
    (tmp_path / spelling.partition(":")[0]).write_text(source)
    package = package_of(f"{tmp_path}/{spelling}")
    package.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    command = launcher_for(package.runtime).command(memory_mb=512)
    task_root = {"LAMBDA_TASK_ROOT": str(tmp_path)}
    conformance = check_runtime(command, handler=package.handler, environment=task_root, quiet_s=0.2)
    assert conformance.ok, repr(conformance)
