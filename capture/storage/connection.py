"""The connection to an S3-compatible store. boto3 loads only where STORAGE_URL names one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from capture.core.errors import StoreUnreachable
from capture.storage.object_upload import ObjectPlace

if TYPE_CHECKING:
    from storages.backends.s3 import S3Storage

log = logging.getLogger(__name__)

PREFIX = "audio/"
CONNECT_SECONDS = 5
ANSWER_SECONDS = 30
"""How long the store may be silent before it counts as unreachable; a request is tried twice."""
MAX_CONNECTIONS = 40
"""More than a web worker has threads."""
NOT_THERE = {"NoSuchKey", "404"}


@contextmanager
def raise_unreachable(*, is_told: bool = True) -> Iterator[None]:
    """Turn whatever hinders the store into FileNotFoundError or StoreUnreachable, telling the log of it or not."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in NOT_THERE:
            raise FileNotFoundError from error
        if is_told:
            log.warning("The store refused a request (%s)", code)
        raise StoreUnreachable from error
    except BotoCoreError as error:
        if is_told:
            log.warning("The store cannot be reached (%s)", type(error).__name__)
        raise StoreUnreachable from error


def storage() -> "S3Storage":
    """Return the bucket that STORAGE_URL names. Its client is shared by all threads; each process makes its own."""
    return _connected(settings.STORE, CONNECT_SECONDS, ANSWER_SECONDS)


def object_at(path: str) -> ObjectPlace:
    """Return the place of an object."""
    bucket = storage().bucket
    return ObjectPlace(bucket.meta.client, bucket.name, PREFIX + path)


@cache
def _connected(address: tuple[str | None, str, str, str, str], connecting: float, answer: float) -> "S3Storage":
    from botocore.config import Config
    from storages.backends.s3 import S3Storage

    endpoint, bucket, key, secret, region = address
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        connect_timeout=connecting,
        read_timeout=answer,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=MAX_CONNECTIONS,
        # Checksums are ours to send and to compare; younger defaults are more than many stores understand.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return S3Storage(
        endpoint_url=endpoint,
        bucket_name=bucket,
        access_key=key,
        secret_key=secret,
        security_token=None,
        session_profile=None,
        region_name=region,
        client_config=config,
    )
