"""Go functions: a program, compiled before it is deployed, that is its own runtime (provided.al2023)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lambda_study.engine.package import BOOTSTRAP, Package
from lambda_study.engine.runtimes.build import run_compiler
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.engine.runtimes.launcher import BOOTSTRAPS, Tool

GO = Tool("Go", "go", "golang-go", "go", "GoLang.Go")
LIBRARY = "github.com/aws/aws-lambda-go"
# Nothing is downloaded: no module, no other version of Go.
OFFLINE = {
    "GOFLAGS": "-mod=mod",
    "GOPROXY": "off",
    "GOSUMDB": "off",
    "GOTOOLCHAIN": "local",
    "CGO_ENABLED": "0",
}


def package_of_file(path: Path, handler: str) -> Package:
    """Return the package of a Go program in one file: the program `bootstrap`.

    Unlike AWS: a small library of ours stands in for aws-lambda-go. A file beside a go.mod is built with
    what that file names instead.
    """
    go = GO.needed()
    with tempfile.TemporaryDirectory(prefix="lambda-study-go-") as name:
        folder, output = Path(name), Path(name) / BOOTSTRAP
        command = [go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(output)]
        if (path.parent / "go.mod").is_file():
            run_compiler([*command, "."], path.parent)
        else:
            (folder / path.name).write_bytes(path.read_bytes())
            (folder / "go.mod").write_text(_module(), encoding="utf-8")
            run_compiler([*command, "."], folder, OFFLINE)
        program = output.read_bytes()
    executables = frozenset([BOOTSTRAP])
    return Package(
        {BOOTSTRAP: program}, handler, executables=executables, runtime=newest("provided"), name=path.stem
    )


def _module() -> str:
    library = (BOOTSTRAPS / "go").as_posix()
    lines = "module function", "go 1.18", f"require {LIBRARY} v0.0.0", f'replace {LIBRARY} => "{library}"'
    return "\n".join(lines)
