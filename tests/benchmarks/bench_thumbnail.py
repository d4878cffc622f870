"""A photo from its upload by boto3 to the thumbnail and the row: cold, and warm."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from row import Row

from lambda_study.cloud import Cloud
from lambda_study.demos.photograph import photograph
from lambda_study.demos.thumbnail import PhotoClub

COLD, WARM = 5, 40
IMPORTS = "import boto3; boto3.client('s3'); boto3.client('dynamodb'); import PIL.Image"


def run() -> list[Row]:
    cold, warm, bare = [], [], []
    with Cloud(clock="real") as cloud:
        club = PhotoClub(cloud)
        photo = photograph()
        upload_ms(club, photo)  # the cloud itself is warm from here on
        for _ in range(COLD):
            club.function.update(memory_mb=512 + len(cold) + 1)  # makes the next one cold
            cold.append(upload_ms(club, photo))
            bare.append(imports_ms())
        warm = [upload_ms(club, photo) for _ in range(WARM)]
    return [
        Row("thumbnail end to end, warm", statistics.median(warm), "ms", bar=50),
        Row(
            "thumbnail end to end, cold",
            statistics.median(cold),
            "ms",
            bar=350,
            peer=statistics.median(bare),
            peer_name="its imports alone",
        ),
    ]


def imports_ms() -> float:
    """How long plain Python takes to import what the handler does, and to make its two clients."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", IMPORTS], check=True)
    return (time.perf_counter() - began) * 1000


def upload_ms(club: PhotoClub, photo: bytes) -> float:
    """How long it takes from the upload until the function has ended and the row is there."""
    before = len(club.runs)
    began = time.perf_counter()
    club.upload("photo.jpg", photo)
    club.cloud.settle()
    elapsed = (time.perf_counter() - began) * 1000
    assert len(club.runs) == before + 1
    assert len(club.rows) == 1
    return elapsed
