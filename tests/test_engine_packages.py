"""What may be deployed: cells, files and zips, and the one line about what may not."""

from __future__ import annotations

import io
import itertools
import linecache
import textwrap
import zipfile

import pytest

from lambda_study.engine import LambdaService, deploy
from lambda_study.engine.archive import package_of_bytes
from lambda_study.engine.packaging import package_of
from lambda_study.errors import BadInput

_CELLS = itertools.count(1)


class Notebook:
    """Runs cells in one namespace and keeps their source where IPython keeps it."""

    def __init__(self):
        self.names = {"__name__": "__main__", "deploy": deploy}

    def run(self, cell):
        source = textwrap.dedent(cell).lstrip("\n")
        file = f"/tmp/ipykernel_1/{next(_CELLS)}.py"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), self.names)
        return self.names.get("handler")


@pytest.fixture
def notebook():
    return Notebook()


@pytest.fixture(scope="module")
def service():
    with LambdaService() as service:
        yield service


def refusal(call, *arguments, **options):
    with pytest.raises(BadInput) as caught:
        call(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_whole_cell_of_the_handler_is_the_package(notebook, service):
    handler = notebook.run("""
        import math
        SIZE = math.floor(2.5)

        def double(n):
            return SIZE * n

        def handler(event, context):
            return double(event["n"])
    """)
    function = deploy(handler, service=service)
    assert (function.name, function.configuration.handler) == ("handler", "lambda_function.handler")
    assert function.invoke({"n": 4}).payload == 8


def test_a_traceback_shows_the_lines_of_the_cell(notebook, service):
    handler = notebook.run("""
        def handler(event, context):
            raise KeyError("photo")
    """)
    result = deploy(handler, name="raises", service=service).invoke()
    assert result.payload["stackTrace"] == [
        '  File "/var/task/lambda_function.py", line 2, in handler\n    raise KeyError("photo")\n'
    ]
    assert '  File "/var/task/lambda_function.py", line 2, in handler' in repr(result)


def test_the_cell_of_the_last_definition_counts(notebook, service):
    notebook.run("def handler(event, context): return 'old'")
    handler = notebook.run("def handler(event, context): return 'new'")
    assert deploy(handler, name="redefined", service=service).invoke().payload == "new"


def test_the_same_name_again_changes_the_function(notebook, service):
    first = deploy(notebook.run("def handler(event, context): return 1"), name="same", service=service)
    assert first.invoke().payload == 1
    second = deploy(notebook.run("def handler(event, context): return 2"), name="same", service=service)
    result = second.invoke()
    assert result.payload == 2 and result.report.cold
    assert first.environments == second.environments == ("environment 1 (idle)",)


def test_a_cell_that_deploys_is_refused(notebook):
    cell = """
        def handler(event, context): ...
        fn = deploy(handler)
    """
    assert refusal(notebook.run, cell) == (
        "The cell of the handler is the deployment package: keep imports and definitions there; "
        'line 2 of it uses "deploy". Deploy and invoke in the next cell.'
    )


def test_a_cell_that_calls_its_own_handler_is_refused(notebook):
    handler = notebook.run("def handler(event, context): ...\nhandler({}, None)")
    assert "line 2 of it calls handler" in refusal(package_of, handler)


def test_a_cell_with_a_magic_is_refused(notebook):
    notebook.names["get_ipython"] = lambda: None
    handler = notebook.run("get_ipython()\ndef handler(event, context): ...")
    assert "line 1 of it is a magic" in refusal(package_of, handler)


def test_a_cell_that_imports_the_course_is_refused(notebook):
    handler = notebook.run("from lambda_study.errors import BadInput\ndef handler(event, context): ...")
    assert "line 1 of it imports lambda_study, which Lambda does not have" in refusal(package_of, handler)


def test_module_code_that_lambda_would_run_may_stand_in_the_cell(notebook, service):
    handler = notebook.run("""
        import time
        started = time.time()
        print("loading")
        if __name__ == "__main__":
            deploy
        def handler(event, context): return started > 0
    """)
    result = deploy(handler, name="module-code", service=service).invoke()
    assert result.payload is True and result.logs[1] == "loading"


def test_a_name_from_another_cell_is_missing_on_lambda_and_hinted_at(notebook, service):
    notebook.run("import os\nrate = 3")
    handler = notebook.run("def handler(event, context): return [rate, len(os.sep), *map(str, [])]")
    function = deploy(handler, name="hinted", service=service)
    result = function.invoke()
    assert result.payload["errorMessage"] == "name 'rate' is not defined"
    hints = [line for line in repr(result).splitlines() if line.startswith("hint: ")]
    assert [hint.split('"')[1] for hint in hints] == ["os", "rate"]
    assert repr(function).splitlines()[1:] == hints


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def handler(event): ...", "handler takes 1 argument, but Lambda calls it with two"),
        ("def handler(): ...", "handler takes no arguments, but Lambda calls it with two"),
        ("def handler(a, b, c): ...", "handler takes 3 arguments, but Lambda calls it with two"),
        ("def handler(event, context, *, key): ...", "handler needs a keyword argument"),
    ],
)
def test_a_handler_that_two_arguments_do_not_fit_is_refused(notebook, tmp_path, source, said):
    assert said in refusal(package_of, notebook.run(source))
    (tmp_path / "app.py").write_text(source)
    assert said in refusal(package_of, f"{tmp_path}/app.py:handler")


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context=None): ...",
        "def handler(*arguments): ...",
        "def handler(event, context, more=1): ...",
        "def wrap(f): return f\n@wrap\ndef handler(event, context): ...",
        "handler = lambda event, context: 1",
    ],
)
def test_a_handler_that_two_arguments_fit_is_accepted(tmp_path, source):
    (tmp_path / "app.py").write_text(source)
    assert package_of(f"{tmp_path}/app.py:handler").handler == "app.handler"


def test_a_function_inside_a_function_is_refused():
    def handler(event, context): ...

    assert "is defined inside another function" in refusal(package_of, handler)


def test_a_function_without_source_is_refused():
    names = {}
    exec("def handler(event, context): ...", names)
    assert "The source of handler cannot be read" in refusal(package_of, names["handler"])


@pytest.mark.parametrize("value", [42, None, print])
def test_what_is_no_function_is_refused(value):
    assert "is no function" in refusal(package_of, value)


def test_a_file_gives_the_function_its_name(tmp_path, service):
    (tmp_path / "resize.py").write_text("def handler(event, context): return __name__")
    function = deploy(f"{tmp_path}/resize.py:handler", service=service)
    assert (function.name, function.invoke().payload) == ("resize", "resize")


def test_a_function_that_was_imported_is_deployed_with_its_file(tmp_path, service, monkeypatch):
    (tmp_path / "imported_app.py").write_text("HERE = 'here'\ndef handler(event, context): return HERE")
    monkeypatch.syspath_prepend(tmp_path)
    from imported_app import handler  # type: ignore[import-not-found]

    assert deploy(handler, service=service).invoke().payload == "here"


def test_an_unknown_handler_names_the_nearest(tmp_path):
    (tmp_path / "app.py").write_text("def handler(event, context): ...")
    assert (
        refusal(package_of, f"{tmp_path}/app.py:handlr")
        == 'app.py defines no "handlr". Did you mean "handler"?'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("app.py", 'names no function. Write "app.py:handler"'),
        ("nowhere.py:handler", 'There is no file "nowhere.py"'),
        ("{folder}/notes.txt:handler", "is no package. Give a file with one of .py,"),
        ("{folder}/no-module.py:handler", '"no-module.py" cannot be imported'),
        ("{folder}/fake.zip:app.handler", "is not a zip archive"),
        ("{folder}/outside.zip:app.handler", "lies outside of the package"),
        ("{folder}/latin.py:handler", "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_package_is_told_in_one_line(tmp_path, text, said):
    for name in ("notes.txt", "no-module.py", "fake.zip"):
        (tmp_path / name).write_text("def handler(event, context): ...")
    (tmp_path / "latin.py").write_bytes("# é".encode("latin-1"))
    with zipfile.ZipFile(tmp_path / "outside.zip", "w") as archive:
        archive.writestr("../app.py", "")
    assert said in refusal(package_of, text.format(folder=tmp_path))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("echo.handler", "echo.py:handler"),
        ("echo:handler", "echo.py:handler"),
        ("./echo.handler", "./echo.py:handler"),
        ("shop.echo.handler", "shop/echo.py:handler"),
        ("nowhere.handler", "file.py:function"),
        ("nowhere:handler", "file.py:function"),
        ("handler", "file.py:function"),
    ],
)
def test_another_spelling_of_a_handler_leads_to_a_file_that_is_there(tmp_path, monkeypatch, text, meant):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    for file in ("echo.py", "shop/echo.py"):
        (tmp_path / file).write_text("def handler(event, context): ...")
    assert refusal(package_of, text) == f'handler="{text}" names no function. Write "{meant}".'


def zipped(path, **names):
    """A zip archive with app.py and a file of each of NAMES; "__" is a slash."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return 12345678")
        for name, text in names.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def spoil(path, signature, offset, value):
    """Put VALUE at OFFSET from where SIGNATURE first stands in the archive."""
    data = bytearray(path.read_bytes())
    data[data.index(signature) + offset] = value
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("places", "line"),
    [
        ([(b"12345678", 0, 65)], "is damaged: its content cannot be read. Zip it again."),
        ([(b"PK\3\4", 6, 1), (b"PK\1\2", 8, 1)], 'encrypted: "app.py" needs a password. Zip it without one.'),
        ([(b"PK\3\4", 8, 93), (b"PK\1\2", 10, 93)], "in an unknown way. Zip it with deflate."),
    ],
)
def test_a_zip_that_cannot_be_read_is_refused_in_one_line(service, tmp_path, places, line):
    path = zipped(tmp_path / "package.zip")
    for place in places:
        spoil(path, *place)
    assert refusal(deploy, f"{path}:app.handler", service=service).endswith(line)


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ({"a": "1", "a__b.py": "1"}, '"a" cannot be unpacked: File exists. Name it otherwise.'),
        ({"x" * 300: "1"}, f'"{"x" * 80}" cannot be unpacked: File name too long. Name it otherwise.'),
    ],
)
def test_a_zip_that_cannot_be_unpacked_is_refused_and_leaves_nothing(service, tmp_path, names, line):
    path = zipped(tmp_path / "package.zip", **names)
    before = set(service._folder.iterdir())
    assert refusal(deploy, f"{path}:app.handler", name="unpacks", service=service) == line
    assert set(service._folder.iterdir()) == before


def test_layers_that_cannot_lie_over_each_other_leave_nothing(service, tmp_path):
    layers = [zipped(tmp_path / "file.zip", a="1"), zipped(tmp_path / "folder.zip", a__b="1")]
    before = set(service._folder.iterdir())
    package = f"{zipped(tmp_path / 'package.zip')}:app.handler"
    assert '"a" cannot be unpacked' in refusal(deploy, package, layers=layers, service=service)
    assert set(service._folder.iterdir()) == before


def linked(path, **links):
    """Add symbolic LINKS, by where each leads, to the zip archive at PATH."""
    with zipfile.ZipFile(path, "a") as archive:
        for name, target in links.items():
            link = zipfile.ZipInfo(name)
            link.external_attr = 0o120777 << 16
            archive.writestr(link, target)
    return path


def test_a_link_in_a_zip_stays_a_link(service, tmp_path):
    path = linked(zipped(tmp_path / "package.zip", lib__real="1"), link="app.py\0", folder="lib")
    files = package_of(f"{path}:link.handler")
    files.write(tmp_path / "task")
    assert (tmp_path / "task/link").readlink().name == "app.py"
    assert (tmp_path / "task/folder/real").read_text() == "1"


@pytest.mark.parametrize(
    "links",
    [
        {"a": "../secret"},
        {"a": "/etc/passwd"},
        {"a": "..", "a/b": "secret"},
        {"b": "lib/a/../..", "lib/a": ".."},
    ],
)
def test_a_link_out_of_the_package_is_refused_and_leaves_nothing(service, tmp_path, links):
    path = linked(zipped(tmp_path / "package.zip", lib__real="1"), **links)
    before = set(service._folder.iterdir())
    said = refusal(deploy, f"{path}:app.handler", name="links", service=service)
    assert "leads out of the package. Zip without it." in said
    assert set(service._folder.iterdir()) == before


def test_code_that_is_updated_runs_in_the_next_invocation_and_leaves_versions_alone(service, tmp_path):
    (tmp_path / "app.py").write_text("def handler(event, context): return 'first'")
    function = deploy(f"{tmp_path}/app.py:handler", name="updated", service=service)
    function.publish_version()
    code = "def handler(event, context): return 'second'\ndef other(event, context): return 'other'"
    with zipfile.ZipFile(archive := io.BytesIO(), "w") as writer:
        writer.writestr("app.py", code)
    service.update_code("updated", package_of_bytes(archive.getvalue(), "app.handler"), memory_mb=256)
    assert function.invoke().payload == "second" and function.configuration.memory_mb == 256
    assert function.invoke(qualifier="1").payload == "first"
    assert function.update(handler="app.other").invoke().payload == "other"
