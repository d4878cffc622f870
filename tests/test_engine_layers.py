"""Layers: what lies under /opt on Lambda, and how much a function may bring."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from engine_services import Deployer

from lambda_study.engine import LambdaService
from lambda_study.errors import BadInput

READS = """
    import os, pathlib
    def handler(event, context):
        root = pathlib.Path(os.environ["LAMBDA_LAYERS_ROOT"])
        return {file.relative_to(root).as_posix(): file.read_text() for file in root.rglob("*.txt")}
"""


@pytest.fixture(scope="module")
def service():
    with LambdaService() as service:
        yield service


@pytest.fixture
def deployed(service, tmp_path):
    return Deployer(service, tmp_path)


@pytest.fixture
def layer(tmp_path):
    """Make a layer of files: a folder, or with a name that ends in .zip an archive."""

    def make(name, **files):
        path = tmp_path / name
        if name.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as archive:
                for file, text in files.items():
                    archive.writestr(file.replace("__", "/"), text)
            return path
        for file, text in files.items():
            target = path / file.replace("__", "/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return path

    return make


@pytest.mark.parametrize("place", ["layer.zip", Path("layer.zip"), 5])
def test_a_layer_that_stands_in_no_list_is_told_in_one_line(deployed, place):
    with pytest.raises(BadInput, match=r"is no list\. Write \[.layer\.zip.\]\.$"):
        deployed(READS, layers=place)
    with pytest.raises(BadInput, match="is no list"):
        deployed(READS).update(layers=place)


@pytest.mark.parametrize("kind", ["shared", "shared.zip"])
def test_a_module_in_a_layer_can_be_imported(deployed, layer, kind):
    place = layer(kind, **{"python__shared.py": "def double(n): return 2 * n"})
    function = deployed(
        "import shared\ndef handler(event, context): return shared.double(event)", layers=[place]
    )
    assert function.invoke(21).payload == 42


def test_the_functions_own_module_comes_before_that_of_a_layer(service, tmp_path, layer):
    from lambda_study.engine import deploy

    (folder := tmp_path / "app").mkdir()
    (folder / "shared.py").write_text("where = 'function'")
    (folder / "app.py").write_text("import shared\ndef handler(event, context): return shared.where")
    place = layer("layer", **{"python__shared.py": "where = 'layer'"})
    assert deploy(f"{folder}:app.handler", service=service, layers=[place]).invoke().payload == "function"


def test_a_later_layer_lies_on_top_of_an_earlier_one(deployed, layer):
    places = [layer("one", **{"a.txt": "1", "b.txt": "1"}), layer("two.zip", **{"b.txt": "2"})]
    assert deployed(READS, layers=places).invoke().payload == {"a.txt": "1", "b.txt": "2"}


def test_an_error_in_a_layer_is_told_with_its_path_on_lambda(deployed, layer):
    place = layer("broken", **{"python__broken.py": "def fail(): return 1 / 0"})
    result = deployed("import broken\ndef handler(event, context): broken.fail()", layers=[place]).invoke()
    assert '"/opt/python/broken.py", line 1' in result.payload["stackTrace"][-1]


def test_a_program_in_a_layer_is_found(deployed, layer):
    place = layer("tools", bin__greet="#!/bin/sh\necho hello")
    (place / "bin" / "greet").chmod(0o755)
    function = deployed(
        "import subprocess\ndef handler(event, context):\n"
        "    return subprocess.run(['greet'], capture_output=True, text=True).stdout",
        layers=[place],
    )
    assert function.invoke().payload == "hello\n"


def test_layers_can_be_changed_and_are_part_of_a_version(deployed, layer):
    function = deployed(READS, layers=[layer("one", **{"a.txt": "1"})])
    function.publish_version()
    function.update(layers=[layer("two", **{"a.txt": "2"})])
    assert function.invoke().payload == {"a.txt": "2"}
    assert function.invoke(qualifier="1").payload == {"a.txt": "1"}
    assert function.publish_version() == "2"


def test_a_function_has_five_layers_at_most(deployed, layer):
    places = [layer(f"layer{n}", **{"a.txt": str(n)}) for n in range(6)]
    assert deployed(READS, layers=places[:5]).invoke().payload == {"a.txt": "4"}
    with pytest.raises(BadInput, match=r"layers: 6 are given\. At most 5\.") as caught:
        deployed(READS, layers=places)
    assert caught.value.error.message == "Cannot reference more than 5 layers."


def test_a_layer_that_is_not_there_is_told_and_nothing_is_deployed(deployed, service, tmp_path):
    with pytest.raises(BadInput, match=r'There is no layer "nowhere\.zip"'):
        deployed(READS, name="nothing", layers=["nowhere.zip"])
    assert "nothing" not in service._functions


def test_an_archive_that_is_too_large_unzipped_is_refused_unread(deployed, tmp_path):
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(26):
            archive.writestr(f"{n}.bin", bytes(10 * 1024 * 1024))
    with pytest.raises(BadInput, match="has 272,629,760 bytes unzipped") as caught:
        deployed(READS, layers=[path])
    assert caught.value.error.message == "Unzipped size must be smaller than 262144000 bytes"


def test_an_archive_that_is_too_large_zipped_goes_through_s3(deployed, tmp_path):
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("large.bin", bytes(51 * 1024 * 1024))
    with pytest.raises(BadInput, match="more through S3") as caught:
        deployed(READS, layers=[path])
    assert (caught.value.error.status, caught.value.error.message) == (
        413,
        "Zipped size must be smaller than 52428800 bytes",
    )
