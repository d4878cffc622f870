"""Sessions of the AWS SDK that share what they read about AWS's services, since those files are large."""

from __future__ import annotations

from functools import cache

import boto3
import botocore.session
from botocore.loaders import Loader, create_loader


@cache
def _loader() -> Loader:
    """The reader of botocore's files. It keeps what it has read, a tenth of a second for each service."""
    return create_loader()


def new_session() -> botocore.session.Session:
    """A session that reads keys, profiles and settings anew, and the descriptions of the services once."""
    session = botocore.session.get_session()
    session.register_component("data_loader", _loader())
    return session


def new_boto3_session() -> boto3.Session:
    """Such a session for boto3, which adds its own folder to the places where files are looked for."""
    places = list(_loader().search_paths)
    session = boto3.Session(botocore_session=new_session())
    _loader().search_paths[:] = dict.fromkeys([*places, *_loader().search_paths])
    return session
