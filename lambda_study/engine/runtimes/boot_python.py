"""What the child process of a Python function runs: AWS's runtime client first, then the learner's code.

It runs as `python -I -S boot_python.py OPTIONS`, imports nothing of this package, and puts the deployment
package on `sys.path` only after AWS's client is loaded, so that a module of the learner's named `json`
breaks nothing.
"""

# It is a script that must start fast: plain calls instead of pathlib.
# ruff: noqa: PTH100, PTH120

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # the module typing is slow to import
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

TASK_ROOT = "/var/task"
LAYERS_ROOT = "/opt"
RUNTIME_ROOT = "/var/runtime"
LANGUAGE_ROOT = f"/var/lang/lib/python{sys.version_info[0]}.{sys.version_info[1]}"
LOG_MARK = b"\xa5\x5a\xff\xff" + bytes(12)


def main(options: dict[str, Any]) -> None:
    """Load AWS's client, then the handler, and serve events until the process is killed."""
    _limit_descriptors()
    _add_names_of_site()
    sys.path.extend(options["packages"])
    if options["pure"]:
        _use_pure_transport()
    os.environ["_LAMBDA_TELEMETRY_LOG_FD"] = str(os.dup(1))
    from awslambdaric import __main__ as client
    from awslambdaric import bootstrap

    if options["mark"]:
        _mark_the_log_before_each_wait(bootstrap)
    task = os.environ["LAMBDA_TASK_ROOT"]
    _show_paths_as_on_lambda(bootstrap, task, options["packages"])
    sys.path[:0] = [task, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    client.main([sys.argv[0], os.environ["_HANDLER"]])


def _limit_descriptors() -> None:
    """Give the process Lambda's 1,024 file descriptors, and no core files."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 1024 if hard == resource.RLIM_INFINITY else min(1024, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _add_names_of_site() -> None:
    """Add `exit`, `quit` and `help`, which the module `site` adds in a Python that is started without -S."""
    import site

    site.setquit()
    site.sethelper()


def _use_pure_transport() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path.append(folder)
    sys.modules["runtime_client"] = __import__("transport")
    sys.path.remove(folder)
    del sys.modules["transport"]  # a module of the learner's may have this name


def _mark_the_log_before_each_wait(bootstrap: Any) -> None:
    """Write a mark into the log whenever the client is about to wait: all that was printed lies before it."""
    import runtime_client

    log = os.dup(1)
    wait = runtime_client.next

    def next_event() -> Any:
        os.write(log, LOG_MARK)
        return wait()

    runtime_client.next = next_event


def _show_paths_as_on_lambda(bootstrap: Any, task: str, packages: list[str]) -> None:
    """Let tracebacks name /var/task, /var/runtime and /var/lang, as on Lambda and on every machine."""
    from _frozen_importlib_external import (
        EXTENSION_SUFFIXES,
        SOURCE_SUFFIXES,
        ExtensionFileLoader,
        FileFinder,
        SourceFileLoader,
    )

    class TaskLoader(SourceFileLoader):
        """Loads the learner's code from its real folder under its name on Lambda."""

        def get_code(self, fullname: str) -> CodeType:
            path = self.get_filename(fullname)
            code: CodeType = compile(self.get_data(path), shown(path), "exec", dont_inherit=True)
            return code

    def shown(path: str) -> str:
        for real, on_lambda in roots:
            if path.startswith(real + os.sep):
                return on_lambda + path[len(real) :].replace(os.sep, "/")
        return path

    def hook(folder: str) -> Any:
        if folder != task and not folder.startswith(task + os.sep):
            raise ImportError(folder)
        return FileFinder(folder, (ExtensionFileLoader, EXTENSION_SUFFIXES), (TaskLoader, SOURCE_SUFFIXES))

    client = os.path.dirname(bootstrap.__file__)
    roots = [(task, TASK_ROOT), (os.environ.get("LAMBDA_LAYERS_ROOT", LAYERS_ROOT), LAYERS_ROOT)]
    roots += [(client, f"{RUNTIME_ROOT}/awslambdaric")]
    roots += [(folder, f"{LANGUAGE_ROOT}/site-packages") for folder in packages]
    roots += [(os.path.dirname(os.__file__), LANGUAGE_ROOT)]
    own = os.path.dirname(os.path.abspath(__file__)) + os.sep
    extract = bootstrap.extract_traceback

    def extract_shown(tb: Any) -> list[Any]:
        return [(shown(path), *rest) for path, *rest in extract(tb) if not path.startswith(own)]

    def tell_uncaught(kind: type[BaseException], error: BaseException, tb: Any) -> None:
        """Write what ends the client itself, as when its answer is refused."""
        lines = bootstrap.traceback.format_list(extract_shown(tb))
        lines += bootstrap.traceback.format_exception_only(kind, error)
        sys.stderr.write("Traceback (most recent call last):\n" + "".join(lines))

    bootstrap.extract_traceback = extract_shown
    sys.excepthook = tell_uncaught
    sys.path_hooks.insert(0, hook)


if __name__ == "__main__":
    import json

    main(json.loads(sys.argv[1]))
