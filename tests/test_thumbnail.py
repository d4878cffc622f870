"""The thumbnail application, for real: what an upload leads to, well or badly."""

from __future__ import annotations

import sys

import clouds
import pytest

from lambda_study.demos import photograph, thumbnail
from lambda_study.demos.picture import Picture
from lambda_study.demos.thumbnail import PhotoClub
from lambda_study.errors import BadInput

cloud, strict_cloud = clouds.cloud, clouds.strict_cloud


def test_a_photo_becomes_a_thumbnail_and_a_row(cloud):
    club = PhotoClub(cloud)
    club.upload("members/Grace Hopper.jpg", photograph.photograph())
    cloud.settle()
    assert club.thumbnail("members/Grace Hopper.jpg").size == (109, 128)
    assert club.photo("members/Grace Hopper.jpg").size == (512, 600)
    assert club.rows == ({"photo": "members/Grace Hopper.jpg", "width": 512, "height": 600, "bytes": 61306},)
    assert [event.kind for event in cloud.trace] == ["trigger", "invocation"]


def test_a_club_that_is_there_is_used_again(cloud):
    PhotoClub(cloud).upload("a.jpg", photograph.small_photo(1))
    club = PhotoClub(cloud, memory_mb=256)
    club.upload("b.jpg", photograph.small_photo(2))
    cloud.settle()
    assert (club.thumbnails, len(club.runs)) == (("a.jpg", "b.jpg"), 2)


def test_two_clubs_share_a_cloud_and_one_falls_into_the_trap(cloud):
    club = PhotoClub(cloud)
    trap = PhotoClub(cloud, name="album", photos="album", thumbnails="album")
    trap.upload("a.jpg", photograph.small_photo(1))
    club.upload("b.jpg", photograph.small_photo(2))
    cloud.settle()
    assert (len(trap.runs), len(club.runs)) == (16, 1)
    assert trap.not_done == ("a.jpg",)


def test_it_runs_with_permissions_enforced(strict_cloud):
    club = PhotoClub(strict_cloud)
    club.upload("a.jpg", photograph.small_photo(1))
    strict_cloud.settle()
    assert club.thumbnails == ("a.jpg",)


def test_half_a_photo_is_tried_three_times_and_kept():
    assert repr(thumbnail.bad_upload("corrupt")) == (
        "cut-off.jpg: 3 runs at 0, 60, 180 s, OSError, in the dead-letter queue: cut-off.jpg"
    )


def test_a_hundred_megapixels_are_too_much_for_the_memory():
    upload = thumbnail.bad_upload("large", memory_mb=128)  # 256 MB last three times as long
    assert set(upload.errors) == {"Runtime.OutOfMemory"}
    assert upload.not_done == ("wall.png",)


def test_a_kind_of_upload_that_is_not_there_is_told_in_one_line():
    with pytest.raises(BadInput, match='kind="small" is unknown'):
        thumbnail.bad_upload("small")


def test_a_picture_tells_its_size_where_it_cannot_be_shown():
    picture = Picture("a.jpg", photograph.small_photo(1))
    shown = picture._repr_mimebundle_()
    assert shown["text/plain"] == "a.jpg: 320 x 240 pixels"
    assert 'alt="a.jpg: 320 x 240 pixels"' in shown["text/html"]


def test_a_photo_and_its_thumbnail_stand_side_by_side(cloud):
    club = PhotoClub(cloud)
    club.upload("a.jpg", photograph.small_photo(1))
    cloud.settle()
    shown = club.pictures("a.jpg")._repr_mimebundle_()
    assert shown["text/plain"] == "a.jpg: 320 x 240 pixels\na.jpg: 128 x 96 pixels"
    assert shown["text/html"].count("<img alt=") == shown["text/html"].count("<figcaption>a.jpg: ") == 2


def test_another_handler_gets_the_settings_of_the_first(cloud):
    club = PhotoClub(cloud, memory_mb=256)
    before = club.function.configuration
    club.deploy(thumbnail.HANDLER)
    assert club.function.configuration == before


def test_the_photograph_is_found_without_matplotlib():
    before = "matplotlib" in sys.modules
    assert photograph.photograph().startswith(b"\xff\xd8")
    assert ("matplotlib" in sys.modules) is before
