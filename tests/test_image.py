"""Container images: written, read and unpacked by the standard library alone, whatever they hold."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lambda_study.engine.image import Image, blob_path, digest_of, read_image
from lambda_study.engine.image_unpack import resolve, unpack
from lambda_study.engine.image_writer import Link, write_image
from lambda_study.errors import BadInput

LAYERS = [{"etc/motd": "hello", "bin/sh": b"\x7fELF..."}, {"var/task/handler": "#!/bin/sh\nexec cat\n"}]


@pytest.fixture
def image(tmp_path: Path) -> Image:
    env = {"PATH": "/bin"}
    return write_image(tmp_path / "image", LAYERS, ["/bin/sh"], ["x", "y"], env, architecture="x86_64")


def archive(*members: tuple[str, str, str]) -> bytes:
    """A layer of (name, kind, content): kind is file, link, hard, folder or device."""
    buffer = io.BytesIO()
    kinds = {
        "link": tarfile.SYMTYPE,
        "hard": tarfile.LNKTYPE,
        "folder": tarfile.DIRTYPE,
        "device": tarfile.CHRTYPE,
    }
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type, member.mode = kinds.get(kind, tarfile.REGTYPE), 0o4777
            member.linkname = content if kind in ("link", "hard") else ""
            member.size = len(content) if kind == "file" else 0
            tar.addfile(member, io.BytesIO(content.encode()))
    return buffer.getvalue()


def image_of(folder: Path, *layers: bytes) -> Image:
    """An image whose layers are these bytes, uncompressed, whatever they are."""
    image = write_image(folder, {"a": "a"}, ["/a"])
    manifest = json.loads(blob_path(folder, image.digest).read_bytes())
    manifest["layers"] = [
        {
            "mediaType": "application/vnd.oci.image.layer.v1.tar",
            "digest": digest_of(layer),
            "size": len(layer),
        }
        for layer in layers
    ]
    for layer in layers:
        blob_path(folder, digest_of(layer)).write_bytes(layer)
    return set_manifest(folder, manifest)


def set_manifest(folder: Path, manifest: object, **more: object) -> Image:
    data = json.dumps(manifest).encode()
    blob_path(folder, digest_of(data)).write_bytes(data)
    entry = {
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "digest": digest_of(data),
        "size": len(data),
    }
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [{**entry, **more}]}))
    return read_image(folder)


def unpacked(tmp_path: Path, *layers: bytes) -> Path:
    return unpack(image_of(tmp_path / "image", *layers), tmp_path / "root")


def tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


# -- writing and reading


def test_what_is_written_is_read_again(image: Image) -> None:
    again = read_image(str(image.path))
    assert again == image
    assert (again.command, dict(again.env)) == (("/bin/sh", "x", "y"), {"PATH": "/bin"})
    assert (again.working_dir, again.architecture, len(again.layers)) == ("/var/task", "x86_64", 2)


def test_its_text_shows_layers_entrypoint_cmd_and_variables(image: Image) -> None:
    lines = repr(image).splitlines()
    assert lines[0].startswith(f"Image {image.digest[:19]}, x86_64, ")
    assert f"  layer       {image.layers[1].short}" in lines[2]
    assert lines[3:] == [
        '  entrypoint  ["/bin/sh"]',
        '  cmd         ["x", "y"]',
        "  env         PATH=/bin",
        "  workingdir  /var/task",
    ]


def test_equal_files_have_equal_digests(image: Image, tmp_path: Path) -> None:
    (tmp_path / "motd").write_text("hello")
    layers = [{"bin/sh": b"\x7fELF...", "/etc/motd": tmp_path / "motd"}, LAYERS[1]]
    again = write_image(
        tmp_path / "again", layers, ["/bin/sh"], ["x", "y"], {"PATH": "/bin"}, architecture="x86_64"
    )
    assert again.digest == image.digest


def test_a_new_handler_changes_the_last_layer_alone(image: Image, tmp_path: Path) -> None:
    changed = write_image(
        tmp_path / "changed", [LAYERS[0], {"var/task/handler": "#!/bin/sh\nexec date\n"}], ["/bin/sh"]
    )
    assert changed.layers[0] == image.layers[0] and changed.layers[1] != image.layers[1]
    assert changed.digest != image.digest


def test_unpacking_gives_the_files_back(image: Image, tmp_path: Path) -> None:
    root = unpack(image, tmp_path / "root")
    assert (root / "etc/motd").read_text() == "hello"
    assert (root / "var/task/handler").stat().st_mode & 0o777 == 0o755
    assert (root / "etc/motd").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layers": {"../evil": ""}}, '"../evil" leads out of the image.'),
        (
            {"layers": {"a": Path("no-such-file")}},
            'The file "no-such-file" for "a" in the image cannot be read.',
        ),
        (
            {"layers": {"a": ""}, "architecture": "arm"},
            "architecture='arm' is unknown. Choose x86_64 or arm64.",
        ),
        ({"layers": {"a": ""}, "entrypoint": []}, "has neither entrypoint nor cmd: nothing would start."),
        ({"layers": []}, "holds an image without layers."),
    ],
)
def test_an_image_that_cannot_be_written_is_told_in_one_line(
    tmp_path: Path, options: dict, said: str
) -> None:
    with pytest.raises(BadInput) as error:
        write_image(tmp_path / "image", **{"entrypoint": ["/a"], **options})
    assert said in str(error.value) and "\n" not in str(error.value)


# -- layers over layers


def test_a_layer_lies_over_those_below(tmp_path: Path) -> None:
    lower = archive(
        ("a/keep", "file", "1"), ("a/gone", "file", "1"), ("b/old", "file", "1"), ("c", "file", "1")
    )
    upper = archive(
        ("a/.wh.gone", "file", ""), ("b/.wh..wh..opq", "file", ""), ("b/new", "file", "2"), ("c", "file", "2")
    )
    root = unpacked(tmp_path, lower, upper)
    assert tree(root) == ["a", "a/keep", "b", "b/new", "c"]
    assert (root / "c").read_text() == "2"


def test_an_opaque_folder_keeps_what_its_own_layer_brought_before(tmp_path: Path) -> None:
    lower, upper = (
        archive(("a/old", "file", "")),
        archive(("a/new/x", "file", ""), ("a/.wh..wh..opq", "file", "")),
    )
    assert tree(unpacked(tmp_path, lower, upper)) == ["a", "a/new", "a/new/x"]


def test_a_file_takes_the_place_of_a_folder_and_back(tmp_path: Path) -> None:
    root = unpacked(
        tmp_path,
        archive(("a/x", "file", ""), ("b", "file", "")),
        archive(("a", "file", ""), ("b/y", "file", "")),
    )
    assert tree(root) == ["a", "b", "b/y"]


def test_links_and_hard_links_stay_links(tmp_path: Path) -> None:
    root = unpacked(tmp_path, archive(("a", "file", "1"), ("soft", "link", "/a"), ("hard", "hard", "a")))
    assert (root / "soft").readlink() == Path("/a") and (root / "hard").samefile(root / "a")
    assert resolve(root, "/soft") == root / "a"


def test_devices_and_the_rights_of_another_user_are_left_out(tmp_path: Path) -> None:
    root = unpacked(tmp_path, archive(("dev/sda", "device", ""), ("a", "file", "")))
    assert tree(root) == ["a", "dev"] and (root / "a").stat().st_mode & 0o7000 == 0


# -- nothing leads out


@pytest.mark.parametrize(
    ("members", "inside"),
    [
        ([("/abs", "file", "x")], "abs"),
        ([("out", "link", "/"), ("out/evil", "file", "x")], "evil"),
        ([("out", "link", "../../.."), ("out/evil", "file", "x")], "evil"),
        ([("a/out", "link", "../../.."), ("a/out/evil", "file", "x")], "evil"),
        ([("one", "link", "two"), ("two", "link", "/deep/er"), ("one/evil", "file", "x")], "deep/er/evil"),
        ([("evil", "link", "/../outside"), ("evil", "file", "x")], "evil"),
    ],
)
def test_a_path_through_a_link_stays_inside(tmp_path: Path, members: list, inside: str) -> None:
    root = unpacked(tmp_path, archive(*members))
    assert (root / inside).read_text() == "x" and not (root / inside).is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["image", "root"]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("../evil", "file", "x")], 'a file named "../evil", which leads out of it.'),
        ([("a/../../evil", "file", "x")], "which leads out of it."),
        ([("..", "folder", "")], "which leads out of it."),
        ([("evil", "hard", "../secret")], "which leads out of it."),
        ([("out", "link", "/.."), ("evil", "hard", "out/secret")], "which is no file."),
        ([("a/.wh...", "file", "")], 'a white-out of "..", which leads out of it.'),
        ([("a", "link", "b"), ("b", "link", "a"), ("a/x", "file", "")], "is a circle of links."),
    ],
)
def test_what_would_lead_out_is_refused(tmp_path: Path, members: list, said: str) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(BadInput) as error:
        unpacked(tmp_path, archive(*members))
    assert said in str(error.value) and (tmp_path / "secret").read_text() == "secret"


@pytest.mark.parametrize(
    ("name", "kind", "target", "why"),
    [
        ("x" * 300, "file", "1", "File name too long"),
        ("link", "link", "x" * 5000, "File name too long"),
        ("link", "link", "", "No such file or directory"),
        ("ä\0b", "link", "x", "embedded null byte"),
    ],
)
def test_a_name_that_no_file_can_have_is_refused(
    tmp_path: Path, name: str, kind: str, target: str, why: str
) -> None:
    with pytest.raises(BadInput) as error:
        unpacked(tmp_path, archive((name, kind, target)))
    assert str(error.value) == f"The image's {name[:80]!r} cannot be unpacked here: {why}."


def test_an_image_above_ten_gigabytes_is_refused_before_it_is_written(tmp_path: Path) -> None:
    member = tarfile.TarInfo("huge")
    member.size = 10 * 1024**3 + 1
    with pytest.raises(BadInput, match="is larger than 10,737,418,240 bytes unpacked"):
        unpacked(tmp_path, member.tobuf() + bytes(1024))


def test_a_folder_that_holds_something_is_left_alone(image: Image, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not empty"):
        unpack(image, image.path)


# -- damage


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"e", b"f", 1).replace(b"\x00", b"\x01", 1))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda i: shutil.rmtree(i.path), "is no OCI image layout: it has no file index.json."),
        (lambda i: (i.path / "oci-layout").write_text("{}"), "is an image layout of version None."),
        (lambda i: (i.path / "index.json").write_text("one"), "is damaged: index.json is no JSON object."),
        (lambda i: (i.path / "index.json").write_text("{}"), "holds no image."),
        (lambda i: spoil(blob_path(i.path, i.digest)), "is another."),
        (lambda i: blob_path(i.path, i.digest).unlink(), "cannot be read."),
        (lambda i: blob_path(i.path, i.layers[0].digest).unlink(), "is missing or cut off."),
        (lambda i: blob_path(i.path, i.layers[0].digest).write_bytes(b"x" * i.layers[0].size), "is another."),
    ],
)
def test_damage_is_told_in_one_line(
    image: Image, tmp_path: Path, damage: Callable[[Image], None], said: str
) -> None:
    damage(image)
    with pytest.raises(BadInput) as error:
        unpack(read_image(image.path), tmp_path / "root")
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("layer", [b"no archive at all" * 100, b"\x1f\x8b broken"])
def test_a_layer_that_is_no_archive_is_damage(tmp_path: Path, layer: bytes) -> None:
    with pytest.raises(BadInput, match="is no tar archive"):
        unpacked(tmp_path, layer)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"digest": "sha256:../../../etc/passwd"},
            'is damaged: "sha256:../../../etc/passwd" is no sha256 digest.',
        ),
        ({"digest": None}, "a descriptor has no media type, digest or size."),
        ({"mediaType": "text/plain"}, "an image manifest of type text/plain is not supported."),
    ],
)
def test_an_index_that_names_no_image_is_refused(image: Image, entry: dict, said: str) -> None:
    with pytest.raises(BadInput) as error:
        set_manifest(image.path, {}, **entry)
    assert said in str(error.value)


def test_several_manifests_are_refused_with_what_to_do(image: Image) -> None:
    index = json.loads((image.path / "index.json").read_text())
    index["manifests"] *= 2
    (image.path / "index.json").write_text(json.dumps(index))
    with pytest.raises(BadInput, match=r"holds 2 manifests, and Lambda takes one .* --provenance=false"):
        read_image(image.path)


def test_an_index_in_an_index_is_followed(image: Image) -> None:
    inner = json.loads((image.path / "index.json").read_text())
    again = set_manifest(image.path, inner, mediaType="application/vnd.oci.image.index.v1+json")
    assert again == image


@pytest.mark.parametrize(
    ("change", "said"), [({"os": "windows"}, "windows/amd64"), ({"architecture": "s390x"}, "linux/s390x")]
)
def test_an_image_for_another_machine_is_refused(image: Image, change: dict, said: str) -> None:
    manifest = json.loads(blob_path(image.path, image.digest).read_bytes())
    config = json.loads(blob_path(image.path, manifest["config"]["digest"]).read_bytes())
    data = json.dumps({"architecture": "amd64", **config, **change}).encode()
    blob_path(image.path, digest_of(data)).write_bytes(data)
    manifest["config"].update(digest=digest_of(data), size=len(data))
    with pytest.raises(BadInput, match=f"is an image for {said}. Lambda runs linux/amd64 and linux/arm64"):
        set_manifest(image.path, manifest)


# -- readers that are not ours


@pytest.mark.more
@pytest.mark.skipif(not shutil.which("skopeo"), reason="skopeo is missing: apt-get install skopeo")
def test_skopeo_reads_what_we_write(image: Image) -> None:
    done = subprocess.run(["skopeo", "inspect", f"oci:{image.path}"], capture_output=True, check=True)
    seen = json.loads(done.stdout)
    assert (seen["Digest"], seen["Layers"]) == (image.digest, [layer.digest for layer in image.layers])


@pytest.mark.more
@pytest.mark.skipif(not shutil.which("umoci"), reason="umoci is missing: apt-get install umoci")
def test_umoci_unpacks_the_same_files(tmp_path: Path) -> None:
    tools = {"a": Link("/etc/motd"), "etc/.wh.motd": "", "etc/new": "2"}
    image = write_image(tmp_path / "image", [*LAYERS, tools], ["/bin/sh"])
    command = ["umoci", "unpack", "--rootless", "--image", f"{image.path}:latest", str(tmp_path / "bundle")]
    subprocess.run(command, capture_output=True, check=True)
    ours = unpack(image, tmp_path / "ours")
    assert tree(ours) == tree(tmp_path / "bundle" / "rootfs")
    assert (ours / "etc/new").read_bytes() == (tmp_path / "bundle" / "rootfs" / "etc/new").read_bytes()


@pytest.mark.more
@pytest.mark.skipif(not shutil.which("skopeo"), reason="skopeo is missing: apt-get install skopeo")
def test_an_image_that_skopeo_wrote_is_read(image: Image, tmp_path: Path) -> None:
    target = f"oci:{tmp_path}/copy:latest"
    subprocess.run(
        ["skopeo", "--insecure-policy", "copy", f"oci:{image.path}", target], capture_output=True, check=True
    )
    assert tree(unpack(read_image(tmp_path / "copy"), tmp_path / "a")) == tree(unpack(image, tmp_path / "b"))
