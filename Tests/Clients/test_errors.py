"""Every refusal has S3's frame, its elements in S3's order, and the headers that S3 sends with it."""

import base64
import hashlib
import re

import pytest

from wire import Connection, Message, call, send, signed

TAIL = ["RequestId", "HostId"]
WRONG_MD5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()

# name, request (method, path below the bucket, body, headers), status, code, message, elements between
# Message and RequestId. The texts are those of facts recorded from the service or documented by AWS.
CASES = {
    "no such bucket": (
        ("GET", "//no-such-bucket-here/a", b"", {}), 404, "NoSuchBucket",
        "The specified bucket does not exist", {"BucketName": "no-such-bucket-here"}),
    "no such key": (
        ("GET", "/none", b"", {}), 404, "NoSuchKey", "The specified key does not exist.", {"Key": "none"}),
    "invalid bucket name": (
        ("PUT", "//Not_A_Bucket", b"", {}), 400, "InvalidBucketName",
        "The specified bucket is not valid.", {"BucketName": "Not_A_Bucket"}),
    "key too long": (
        ("PUT", "/" + "k" * 1025, b"x", {}), 400, "KeyTooLongError", "Your key is too long",
        {"Size": "1025", "MaxSizeAllowed": "1024"}),
    "metadata too large": (
        ("PUT", "/a", b"x", {"x-amz-meta-k": "v" * 2048}), 400, "MetadataTooLarge",
        "Your metadata headers exceed the maximum allowed metadata size",
        {"Size": "2049", "MaxSizeAllowed": "2048"}),
    "exists": (
        ("PUT", "/exists", b"x", {"If-None-Match": "*"}), 412, "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold", {"Condition": "If-None-Match"}),
    "changed": (
        ("PUT", "/exists", b"x", {"If-Match": '"0"'}), 412, "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold", {"Condition": "If-Match"}),
    "nothing to match": (
        ("PUT", "/none", b"x", {"If-Match": '"0"'}), 404, "NoSuchKey",
        "The specified key does not exist.", {"Key": "none"}),
    "none-match of an etag": (
        ("PUT", "/a", b"x", {"If-None-Match": '"0"'}), 501, "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        {"Header": "If-None-Match",
         "additionalMessage": "We don't accept the provided value of If-None-Match header for this API"}),
    "match of a star": (
        ("PUT", "/a", b"x", {"If-Match": "*"}), 501, "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        {"Header": "If-Match",
         "additionalMessage": "We don't accept the provided value of If-Match header for this API"}),
    "two conditions": (
        ("PUT", "/a", b"x", {"If-Match": '"0"', "If-None-Match": "*"}), 501, "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        {"Header": "If-Match,If-None-Match",
         "additionalMessage": "Multiple conditional request headers present in the request"}),
    "read of another version": (
        ("GET", "/exists", b"", {"If-Match": '"0"'}), 412, "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold", {"Condition": "If-Match"}),
    "md5": (
        ("PUT", "/a", b"x", {"Content-MD5": WRONG_MD5}), 400, "BadDigest",
        "The Content-MD5 you specified did not match what we received.",
        {"ExpectedDigest": hashlib.md5(b"other").hexdigest(),
         "CalculatedDigest": base64.b64encode(hashlib.md5(b"x").digest()).decode()}),
    "no md5": (
        ("PUT", "/a", b"x", {"Content-MD5": "xyz"}), 400, "InvalidDigest",
        "The Content-MD5 you specified was invalid.", {"Content-MD5": "xyz"}),
    "crc32": (
        ("PUT", "/a", b"x", {"x-amz-checksum-crc32": "AAAAAA=="}), 400, "BadDigest",
        "The CRC32 you specified did not match the calculated checksum.", {}),
    "crc32c": (
        ("PUT", "/a", b"x", {"x-amz-checksum-crc32c": "AAAAAA=="}), 400, "BadDigest",
        "The CRC32C you specified did not match the calculated checksum.", {}),
    "no crc32": (
        ("PUT", "/a", b"x", {"x-amz-checksum-crc32": "AAAA"}), 400, "InvalidRequest",
        "Value for x-amz-checksum-crc32 header is invalid.", {}),
    "two checksums": (
        ("PUT", "/a", b"x", {"x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-crc32c": "AAAAAA=="}), 400,
        "InvalidRequest",
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.", {}),
    "algorithm without a checksum": (
        ("PUT", "/a", b"x", {"x-amz-sdk-checksum-algorithm": "CRC32"}), 400, "InvalidRequest",
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
        "headers were found.", {}),
    "storage class": (
        ("PUT", "/a", b"x", {"x-amz-storage-class": "WARM"}), 400, "InvalidStorageClass",
        "The storage class you specified is not valid", {"StorageClassRequested": "WARM"}),
    "range": (
        ("GET", "/exists", b"", {"Range": "bytes=100-"}), 416, "InvalidRange",
        "The requested range is not satisfiable", {"RangeRequested": "bytes=100-", "ActualObjectSize": "5"}),
    "not empty": (
        ("DELETE", "", b"", {}), 409, "BucketNotEmpty",
        "The bucket you tried to delete is not empty", None),
    "acl": (
        ("PUT", "/a", b"x", {"x-amz-acl": "public-read"}), 400, "AccessControlListNotSupported",
        "The bucket does not allow ACLs", {}),
}  # fmt: skip


def assert_frame(answer):
    assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>'), answer.body
    assert answer.header("Content-Type") == "application/xml"
    assert answer.header("Server") == "AmazonS3"
    assert re.fullmatch("[0-9A-F]{16}", answer.header("x-amz-request-id"))
    assert answer.header("x-amz-id-2")
    error = answer.error
    assert error[-2:] == [
        ("RequestId", answer.header("x-amz-request-id")),
        ("HostId", answer.header("x-amz-id-2")),
    ]
    assert [name for name, _ in error][:2] == ["Code", "Message"]


@pytest.mark.parametrize("name", CASES)
def test_answers_in_s3s_words(server, bucket, name):
    (method, path, body, headers), status, code, message, extras = CASES[name]
    assert call(server, "PUT", f"/{bucket}/exists", b"hello").status == 200
    path = path[1:] if path.startswith("//") else f"/{bucket}{path}"
    answer = call(server, method, path, body, headers=headers)
    assert answer.status == status, answer.body
    assert_frame(answer)
    error = answer.error
    assert error[:2] == [("Code", code), ("Message", message)]
    if extras is not None:
        assert error[2:-2] == list(extras.items())
    got = call(server, "GET", f"/{bucket}/exists")
    assert (got.status, got.body) == (200, b"hello")


@pytest.mark.parametrize(
    "headers, status",
    [({}, 200), ({"If-Match": '"0"'}, 412), ({"Range": "bytes=100-"}, 416)],
)
def test_answers_head_without_a_body(server, bucket, headers, status):
    call(server, "PUT", f"/{bucket}/exists", b"hello")
    with Connection(server) as connection:
        answer = connection.exchange(signed(server, "HEAD", f"/{bucket}/exists", headers=headers))
        assert (answer.status, answer.body) == (status, b"")
        # The connection goes on: no byte of a body followed.
        assert connection.exchange(signed(server, "GET", f"/{bucket}/exists")).body == b"hello"


@pytest.mark.parametrize("path, status", [("/none", 404), ("//no-such-bucket-here/a", 404)])
def test_answers_a_head_of_nothing_without_a_body(server, bucket, path, status):
    path = path[1:] if path.startswith("//") else f"/{bucket}{path}"
    with Connection(server) as connection:
        for _ in range(2):
            answer = connection.exchange(signed(server, "HEAD", path))
            assert (answer.status, answer.body) == (status, b"")
            assert answer.header("x-amz-request-id")


def test_refuses_who_does_not_say_who_it_is(server, bucket):
    host = ("Host", f"{server.host}:{server.port}")
    answer = send(server, Message("GET", f"/{bucket}/a", [host]))
    assert answer.status == 403
    assert_frame(answer)
    assert answer.error[:2] == [("Code", "AccessDenied"), ("Message", "Access Denied")]


def test_wants_the_payload_hash(server, bucket):
    message = signed(server, "PUT", f"/{bucket}/a", b"x")
    message.headers = [(k, v) for k, v in message.headers if k.lower() != "x-amz-content-sha256"]
    answer = send(server, message)
    assert (answer.status, answer.code) == (400, "InvalidRequest")
    assert dict(answer.error)["Message"] == "Missing required header for this request: x-amz-content-sha256"


def test_wants_a_content_length(server, bucket):
    message = signed(server, "PUT", f"/{bucket}/a", b"")
    message.headers = [(k, v) for k, v in message.headers if k != "Content-Length"]
    answer = send(server, message)
    assert (answer.status, answer.code) == (411, "MissingContentLength")


def test_says_its_name_on_success_too(server, bucket):
    answer = call(server, "PUT", f"/{bucket}/a", b"x")
    assert (answer.status, answer.header("Server")) == (200, "AmazonS3")
    assert re.fullmatch("[0-9A-F]{16}", answer.header("x-amz-request-id"))
    assert answer.header("x-amz-id-2")
    assert answer.header("Date")
    other = call(server, "PUT", f"/{bucket}/a", b"x")
    assert other.header("x-amz-request-id") != answer.header("x-amz-request-id")
