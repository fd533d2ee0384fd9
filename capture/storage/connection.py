"""The connection to an S3-compatible store. boto3 loads only where STORAGE_URL names one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

from capture.core.errors import StoreUnreachable
from capture.storage.object_upload import ObjectPlace
from capture.storage.state import StoreAddress, storage_state

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

log = logging.getLogger(__name__)

KEY_PREFIX = "audio/"
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


def object_at(path: str) -> ObjectPlace:
    """Return the place of an object in the bucket of STORAGE_URL. Raises StoreUnreachable where that names none."""
    address: StoreAddress | None = settings.STORE
    if address is None:
        raise StoreUnreachable
    _endpoint, bucket, *_rest = address
    return ObjectPlace(_open_store_client(address), bucket, KEY_PREFIX + path)


def _open_store_client(address: StoreAddress) -> "S3Client":
    """Return the client of a store that all threads share; make it at first."""
    clients, key = storage_state().store_clients, (address, CONNECT_SECONDS, ANSWER_SECONDS)
    if key not in clients:
        clients.setdefault(key, _new_store_client(*key))  # of two threads at once, the first one's stays
    return clients[key]


def _new_store_client(address: StoreAddress, connect_seconds: float, answer_seconds: float) -> "S3Client":
    import boto3
    from botocore.config import Config

    endpoint, _bucket, key, secret, region = address
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        connect_timeout=connect_seconds,
        read_timeout=answer_seconds,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=MAX_CONNECTIONS,
        # Checksums are ours to send and to compare; younger defaults are more than many stores understand.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name=region,
        config=config,
    )
