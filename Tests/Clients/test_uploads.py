"""Uploads as SDKs make them: checksums of every kind, in the head and behind the body, chunked bodies."""

import base64
import hashlib
import io
import zlib

import boto3
import botocore.exceptions
import pytest

import conftest
from programs import ADMIN, REGION
from wire import call, send, signed

# What each algorithm makes of "123456789": the CRCs are the check values of their definitions.
CHECKSUMS = {
    "CRC32": bytes.fromhex("cbf43926"),
    "CRC32C": bytes.fromhex("e3069283"),
    "CRC64NVME": bytes.fromhex("ae8b14860a799888"),
    "SHA1": hashlib.sha1(b"123456789").digest(),
    "SHA256": hashlib.sha256(b"123456789").digest(),
}
BODY = b"123456789"


def value(algorithm):
    return base64.b64encode(CHECKSUMS[algorithm]).decode()


@pytest.mark.parametrize("algorithm", CHECKSUMS)
def test_keeps_a_checksum_that_is_sent(s3, bucket, algorithm):
    put = s3.put_object(Bucket=bucket, Key="a", Body=BODY, **{f"Checksum{algorithm}": value(algorithm)})
    assert (put[f"Checksum{algorithm}"], put["ChecksumType"]) == (value(algorithm), "FULL_OBJECT")
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert [name for name in head if name.startswith("Checksum")] == [
        f"Checksum{algorithm}", "ChecksumType"]  # fmt: skip
    assert head[f"Checksum{algorithm}"] == value(algorithm)
    [entry] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert (entry["ChecksumAlgorithm"], entry["ChecksumType"]) == ([algorithm], "FULL_OBJECT")


@pytest.mark.parametrize("algorithm", CHECKSUMS)
def test_refuses_a_wrong_checksum_of_any_kind(s3, bucket, algorithm):
    wrong = base64.b64encode(bytes(len(CHECKSUMS[algorithm]))).decode()
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="a", Body=BODY, **{f"Checksum{algorithm}": wrong})
    assert failure.value.response["Error"]["Code"] == "BadDigest"
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_computes_a_crc64nvme_when_no_checksum_is_sent(server, bucket):
    """Recorded: S3 answers so to clients from before 2025."""
    quiet = conftest.client_of(server.url, request_checksum_calculation="when_required")
    put = quiet.put_object(Bucket=bucket, Key="a", Body=BODY)
    assert put["ChecksumCRC64NVME"] == value("CRC64NVME")
    got = quiet.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert (got["ChecksumCRC64NVME"], got["Body"].read()) == (value("CRC64NVME"), BODY)


@pytest.fixture
def over_tls(server):
    """A boto3 client that sends bodies as it does over https: in chunks, the checksum behind them."""
    session = boto3.session.Session()
    client = session.client(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id=ADMIN.key,
        aws_secret_access_key=ADMIN.secret,
        region_name=REGION,
    )

    def put_behind(params, **_):
        # botocore chooses the place by the address's scheme, before it calls this.
        params["context"]["checksum"]["request_algorithm"]["in"] = "trailer"

    client.meta.events.register("before-call.s3.PutObject", put_behind)
    return client


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_000])
def test_takes_a_checksum_behind_a_file(over_tls, bucket, algorithm, size):
    content = (b"line of a bill\n" * (size // 15 + 1))[:size]
    put = over_tls.put_object(
        Bucket=bucket, Key="a", Body=io.BytesIO(content), ChecksumAlgorithm=algorithm, ContentEncoding="x"
    )
    digest = {
        "CRC32": lambda: zlib.crc32(content).to_bytes(4, "big"),
        "SHA1": lambda: hashlib.sha1(content).digest(),
        "SHA256": lambda: hashlib.sha256(content).digest(),
    }[algorithm]()
    assert put[f"Checksum{algorithm}"] == base64.b64encode(digest).decode()
    got = over_tls.get_object(Bucket=bucket, Key="a")
    # The coding of the transfer is gone, the content's own is kept.
    assert (got["Body"].read(), got["ContentEncoding"]) == (content, "x")


def test_takes_chunks_in_chunks(server, bucket):
    """pyarrow and others send no Content-Length: HTTP's chunks around S3's."""
    name = "x-amz-checksum-crc32"
    inner = b"9\r\n123456789\r\n0\r\n" + f"{name}:{value('CRC32')}\r\n\r\n".encode()
    message = chunked(server, bucket, inner, {"x-amz-trailer": name})
    message.headers = [(k, v) for k, v in message.headers if k != "Content-Length"]
    message.headers.append(("Transfer-Encoding", "chunked"))
    message.body = b"".join(b"%x\r\n%b\r\n" % (1, inner[i : i + 1]) for i in range(len(inner)))
    message.body += b"0\r\n\r\n"
    answer = send(server, message)
    assert (answer.status, answer.header(name)) == (200, value("CRC32"))
    assert call(server, "GET", f"/{bucket}/a").body == BODY


def test_refuses_any_altered_byte_of_chunks_and_trailer(server, bucket):
    name = "x-amz-checksum-crc32"
    good = b"9\r\n123456789\r\n0\r\n" + f"{name}:{value('CRC32')}\r\n\r\n".encode()
    # S3 does not look behind the trailer, and its name may be in any case.
    for index in range(len(good) - 2):
        altered = good[:index] + bytes([good[index] ^ 1]) + good[index + 1 :]
        answer = send(server, chunked(server, bucket, altered, {"x-amz-trailer": name}))
        # 403 where the size of the last chunk is altered: the one before it is too small then.
        assert answer.status in (400, 403), altered
    assert call(server, "GET", f"/{bucket}/a").status == 404
    assert send(server, chunked(server, bucket, good, {"x-amz-trailer": name})).status == 200


def chunked(server, bucket, body, headers):
    """A PUT of a body in aws-chunked, whose chunks bear no signatures."""
    headers = headers | {"Content-Encoding": "aws-chunked", "x-amz-decoded-content-length": "9"}
    return signed(
        server, "PUT", f"/{bucket}/a", body, headers, payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    )
