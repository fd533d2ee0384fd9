"""Sending a recording to an S3-compatible store, and the proof that it lies there whole.

A store says of an object how large it is, its SHA-256 if it knows of such checksums, and an ETag, which is an MD5
unless the store enciphers with keys of its own. What they say is compared with what was sent; where they say too
little, or too much of what is not so, the object is read back. (S3 User Guide, "Checking object integrity".)
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, HeadObjectOutputTypeDef

PART_BYTES = 8 * 1024**2
"""Bytes that are sent, and held in memory, at once."""
MAX_PARTS = 10_000
"""S3 takes no more."""
MULTIPART_MARK = "-"
"""In checksums and ETags it parts the hash of all parts' hashes from their number."""


class ObjectPlace(NamedTuple):
    """An object's place in a store."""

    client: "S3Client"
    bucket: str
    key: str


class ExpectedObject(NamedTuple):
    """What a store must say of an object that lies there as it was sent. size: bytes; checksum: SHA-256 in base64."""

    size: int
    checksum: str
    etag: str


def upload_object(place: ObjectPlace, file: BinaryIO, size: int) -> ExpectedObject:
    """Send a file, in one piece or in parts, each with its SHA-256, which the store compares as far as it knows how."""
    part = max(PART_BYTES, -(-size // MAX_PARTS))
    pieces = iter(lambda: file.read(part), b"")
    return _upload_parts(place, pieces, size) if size > part else put_object(place, next(pieces, b""))


def put_object(place: ObjectPlace, content: bytes) -> ExpectedObject:
    """Send an object in one piece."""
    checksum = _base64(_sha256(content))
    place.client.put_object(
        Bucket=place.bucket, Key=place.key, Body=content, ChecksumAlgorithm="SHA256", ChecksumSHA256=checksum
    )
    return ExpectedObject(len(content), checksum, _md5(content).hex())


def _upload_parts(place: ObjectPlace, pieces: Iterator[bytes], size: int) -> ExpectedObject:
    """Send an object in parts. What was sent of one that fails is cleared away by the sweep."""
    client, bucket, key = place
    upload_id = client.create_multipart_upload(Bucket=bucket, Key=key, ChecksumAlgorithm="SHA256")["UploadId"]
    parts: list[CompletedPartTypeDef] = []
    sha256, md5 = b"", b""
    for number, piece in enumerate(pieces, start=1):
        checksum = _sha256(piece)
        answer = client.upload_part(
            Bucket=bucket,
            Key=key,
            UploadId=upload_id,
            PartNumber=number,
            Body=piece,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=_base64(checksum),
        )
        parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": _base64(checksum)})
        sha256, md5 = sha256 + checksum, md5 + _md5(piece)
    client.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts})
    end = f"{MULTIPART_MARK}{len(parts)}"
    return ExpectedObject(size, _base64(_sha256(sha256)) + end, _md5(md5).hex() + end)


def is_stored_whole(place: ObjectPlace, expected: ExpectedObject, sha256: str) -> bool:
    """Return whether an object lies in its store as it was sent. sha256: of its bytes, in hex."""
    head = place.client.head_object(Bucket=place.bucket, Key=place.key, ChecksumMode="ENABLED")
    if head["ContentLength"] != expected.size:
        return False
    return proves_whole(head, expected) or _read_back_sha256(place) == sha256


def proves_whole(head: "HeadObjectOutputTypeDef", expected: ExpectedObject) -> bool:
    """Return whether a store's own words prove an object: at least one hash agrees, and none does not.

    A checksum alone might only be what we sent, repeated; the ETag comes from what was stored.
    """
    told = [(head["ChecksumSHA256"], expected.checksum)] if head.get("ChecksumSHA256") else []
    if "kms" not in head.get("ServerSideEncryption", ""):
        told.append((head["ETag"].strip('"'), expected.etag))
    return bool(told) and all(said == sent for said, sent in told)


def _read_back_sha256(place: ObjectPlace) -> str:
    body = place.client.get_object(Bucket=place.bucket, Key=place.key)["Body"]
    found = hashlib.sha256()
    with body:
        for chunk in body.iter_chunks(256 * 1024):
            found.update(chunk)
    return found.hexdigest()


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()
