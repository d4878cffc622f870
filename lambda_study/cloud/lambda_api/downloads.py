"""The code of functions and layers, to be downloaded: what a Location leads to.

Unlike AWS: it lies at the address of this cloud, not in S3, and may be downloaded for as long as it is there.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.lambda_api.control_plane import ControlPlane
from lambda_study.cloud.lambda_api.layers import LayerVersion
from lambda_study.cloud.lambda_api.names import LATEST, Named
from lambda_study.cloud.lambda_api.records import Record

_FUNCTION = re.compile(r"/2015-03-31/functions/([^/]+)/code")
_LAYER = re.compile(r"/2018-10-31/layers/([^/]+)/versions/(\d+)/content")


def location_of_function(plane: ControlPlane, record: Record) -> str:
    """Return the address of the zip archive of a revision."""
    configuration = record.revision.configuration
    path = f"/2015-03-31/functions/{configuration.name}/code?Qualifier={configuration.version}"
    return plane.endpoint_url + path


def location_of_layer(plane: ControlPlane, version: LayerVersion) -> str:
    """Return the address of the zip archive of a version of a layer."""
    return f"{plane.endpoint_url}/2018-10-31/layers/{version.name}/versions/{version.number}/content"


def download(plane: ControlPlane, request: Request) -> Response | None:
    """Return the zip archive that REQUEST asks for; None if it asks for none."""
    if request.method != "GET":
        return None
    if found := _FUNCTION.fullmatch(request.path):
        qualifier = request.parameters.get("Qualifier", [LATEST])[0]
        return _zip(plane.record(Named(unquote(found[1]), qualifier)).code.data)
    if found := _LAYER.fullmatch(request.path):
        return _zip(plane.layers.get(unquote(found[1]), int(found[2])).code.data)
    return None


def _zip(data: bytes) -> Response:
    return Response(200, {"Content-Type": "application/zip"}, data)
