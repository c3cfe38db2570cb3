"""boto3, current and with its default settings, in path style and in virtual-host style."""

import base64
import hashlib
import io

import botocore.exceptions
import pytest

import conftest
from odd_keys import ODD_KEYS
from programs import ADMIN, Credentials


def code_of(failure):
    return failure.value.response["Error"]["Code"]


def status_of(failure):
    return failure.value.response["ResponseMetadata"]["HTTPStatusCode"]


def listed(s3, **arguments):
    """All keys of a listing, page after page."""
    pages = s3.get_paginator("list_objects_v2").paginate(**arguments)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


# Buckets


def test_creates_lists_and_deletes_a_bucket(s3, server):
    s3.create_bucket(Bucket="made-by-boto3")
    s3.head_bucket(Bucket="made-by-boto3")
    assert "made-by-boto3" in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    # us-east-1 is told by an empty element, which boto3 shows as None.
    assert s3.get_bucket_location(Bucket="made-by-boto3")["LocationConstraint"] is None
    s3.delete_bucket(Bucket="made-by-boto3")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.head_bucket(Bucket="made-by-boto3")
    assert (status_of(failure), code_of(failure)) == (404, "404")


def test_refuses_to_delete_a_bucket_that_holds_something(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.delete_bucket(Bucket=bucket)
    assert (status_of(failure), code_of(failure)) == (409, "BucketNotEmpty")


def test_names_the_missing_bucket_and_the_missing_key(s3, bucket):
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket="there-is-no-such-bucket", Key="a")
    assert (status_of(failure), code_of(failure)) == (404, "NoSuchBucket")
    assert failure.value.response["Error"]["BucketName"] == "there-is-no-such-bucket"
    with pytest.raises(s3.exceptions.NoSuchKey) as failure:
        s3.get_object(Bucket=bucket, Key="there is no such key")
    assert failure.value.response["Error"]["Key"] == "there is no such key"
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.head_object(Bucket=bucket, Key="a")
    assert (status_of(failure), code_of(failure)) == (404, "404")


# Objects


@pytest.mark.parametrize("size", [0, 1, 1023, 16_384, 16_385, 65_537, 5_000_000])
def test_returns_what_was_put(s3, bucket, size):
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    put = s3.put_object(Bucket=bucket, Key="a", Body=body)
    assert put["ETag"] == etag
    got = s3.get_object(Bucket=bucket, Key="a")
    assert got["Body"].read() == body
    assert (got["ContentLength"], got["ETag"]) == (size, etag)
    head = s3.head_object(Bucket=bucket, Key="a")
    assert (head["ContentLength"], head["ETag"], head["LastModified"]) == (
        size,
        etag,
        got["LastModified"],
    )


def test_replaces_an_object_whole(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x" * 100_000, Metadata={"old": "1"})
    s3.put_object(Bucket=bucket, Key="a", Body=b"short")
    got = s3.get_object(Bucket=bucket, Key="a")
    assert (got["Body"].read(), got["Metadata"]) == (b"short", {})


def test_deletes_and_deletes_again(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert s3.delete_object(Bucket=bucket, Key="a")["ResponseMetadata"]["HTTPStatusCode"] == 204
    # Deleting what is not there succeeds [documented: DeleteObject].
    assert s3.delete_object(Bucket=bucket, Key="a")["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert listed(s3, Bucket=bucket) == []


@pytest.mark.parametrize("size", [1_000, 100_000])
@pytest.mark.parametrize(
    "range_, first, last",
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=990-", 990, None),
        ("bytes=-10", -10, None),
        ("bytes=0-", 0, None),
        ("bytes=0-999999999", 0, None),
        ("bytes=-999999999", 0, None),
    ],
)
def test_reads_a_range(s3, bucket, size, range_, first, last):
    body = bytes(i * 7 % 251 for i in range(size))
    s3.put_object(Bucket=bucket, Key="a", Body=body)
    first = first if first >= 0 else size + first
    last = size - 1 if last is None else last
    got = s3.get_object(Bucket=bucket, Key="a", Range=range_)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["ContentRange"] == f"bytes {first}-{last}/{size}"
    assert got["Body"].read() == body[first : last + 1]
    head = s3.head_object(Bucket=bucket, Key="a", Range=range_)
    assert (head["ResponseMetadata"]["HTTPStatusCode"], head["ContentLength"]) == (206, last - first + 1)


@pytest.mark.parametrize("range_", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_refuses_a_range_outside_the_object(s3, bucket, range_):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x" * 1000)
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.get_object(Bucket=bucket, Key="a", Range=range_)
    assert (status_of(failure), code_of(failure)) == (416, "InvalidRange")
    assert failure.value.response["Error"]["ActualObjectSize"] == "1000"
    assert failure.value.response["Error"]["RangeRequested"] == range_


@pytest.mark.parametrize("range_", ["bytes=5-4", "lines=1-2", "bytes=a-b", "nonsense", "bytes=0-1,3-4"])
def test_ignores_a_range_it_cannot_read(s3, bucket, range_):
    # RFC 9110 14.2: an invalid Range is ignored. S3 serves no multiple ranges [documented: GetObject].
    s3.put_object(Bucket=bucket, Key="a", Body=b"x" * 1000)
    got = s3.get_object(Bucket=bucket, Key="a", Range=range_)
    assert (got["ResponseMetadata"]["HTTPStatusCode"], got["ContentLength"]) == (200, 1000)


def test_keeps_content_headers_and_metadata(s3, bucket):
    headers = {
        "ContentType": "text/csv; charset=utf-8",
        "CacheControl": "max-age=60, private",
        "ContentDisposition": 'attachment; filename="bill.csv"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
    }
    metadata = {"cycle": "2026-11", "with-dash": "1", "spaces": "a  b", "upper": "MixedCase"}
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", Metadata=metadata, **headers)
    for answer in (s3.head_object(Bucket=bucket, Key="a"), s3.get_object(Bucket=bucket, Key="a")):
        assert {name: answer[name] for name in headers} == headers
        assert answer["Metadata"] == metadata
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    # The content type S3 gives when the client gave none [documented: PutObject].
    assert s3.head_object(Bucket=bucket, Key="a")["ContentType"] == "binary/octet-stream"


def test_answers_with_other_headers_when_the_request_asks(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", ContentType="text/csv")
    got = s3.get_object(
        Bucket=bucket, Key="a", ResponseContentType="text/plain", ResponseContentDisposition="inline"
    )
    assert (got["ContentType"], got["ContentDisposition"]) == ("text/plain", "inline")


def test_encrypts_by_default(s3, bucket):
    # Every object since January 2023 [documented: default-encryption FAQ]; the exporter reports it.
    assert s3.put_object(Bucket=bucket, Key="a", Body=b"x")["ServerSideEncryption"] == "AES256"
    assert s3.head_object(Bucket=bucket, Key="a")["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize(
    "condition, status",
    [
        ({"IfMatch": "right"}, 200),
        ({"IfMatch": '"00000000000000000000000000000000"'}, 412),
        ({"IfNoneMatch": "right"}, 304),
        ({"IfNoneMatch": '"00000000000000000000000000000000"'}, 200),
        ({"IfModifiedSince": "2020-01-01"}, 200),
        ({"IfModifiedSince": "now"}, 304),
        ({"IfUnmodifiedSince": "2020-01-01"}, 412),
        ({"IfUnmodifiedSince": "now"}, 200),
        # If-Match wins over a false If-Unmodified-Since, If-None-Match over If-Modified-Since [documented].
        ({"IfMatch": "right", "IfUnmodifiedSince": "2020-01-01"}, 200),
        ({"IfNoneMatch": "right", "IfModifiedSince": "2020-01-01"}, 304),
    ],
)
def test_reads_under_a_condition(s3, bucket, condition, status):
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="a")["LastModified"]
    condition = {k: {"right": etag, "now": modified}.get(v, v) for k, v in condition.items()}
    for read in (s3.get_object, s3.head_object):
        try:
            seen = read(Bucket=bucket, Key="a", **condition)["ResponseMetadata"]["HTTPStatusCode"]
        except botocore.exceptions.ClientError as error:
            seen = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert seen == status, read


# Writes under a condition


def test_creates_only_once(s3, bucket):
    first = s3.put_object(Bucket=bucket, Key="a", Body=b"first", IfNoneMatch="*")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="a", Body=b"second", IfNoneMatch="*")
    assert (status_of(failure), code_of(failure)) == (412, "PreconditionFailed")
    # s3fs tells "the file exists" from other failures by this element.
    assert failure.value.response["Error"]["Condition"] == "If-None-Match"
    got = s3.get_object(Bucket=bucket, Key="a")
    assert (got["Body"].read(), got["ETag"]) == (b"first", first["ETag"])
    s3.delete_object(Bucket=bucket, Key="a")
    s3.put_object(Bucket=bucket, Key="a", Body=b"third", IfNoneMatch="*")


def test_replaces_only_what_it_knows(s3, bucket):
    first = s3.put_object(Bucket=bucket, Key="a", Body=b"first")["ETag"]
    second = s3.put_object(Bucket=bucket, Key="a", Body=b"second", IfMatch=first)["ETag"]
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="a", Body=b"third", IfMatch=first)
    assert (status_of(failure), code_of(failure)) == (412, "PreconditionFailed")
    assert failure.value.response["Error"]["Condition"] == "If-Match"
    got = s3.get_object(Bucket=bucket, Key="a")
    assert (got["Body"].read(), got["ETag"]) == (b"second", second)
    # ETags are compared with or without their quotes [documented: PutObject's If-Match example has none].
    s3.put_object(Bucket=bucket, Key="a", Body=b"fourth", IfMatch=second.strip('"'))
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="never written", Body=b"x", IfMatch=first)
    assert (status_of(failure), code_of(failure)) == (404, "NoSuchKey")


@pytest.mark.parametrize(
    "condition, header",
    [
        ({"IfNoneMatch": '"00000000000000000000000000000000"'}, "If-None-Match"),
        ({"IfMatch": "*"}, "If-Match"),
        ({"IfMatch": '"0"', "IfNoneMatch": "*"}, "If-Match,If-None-Match"),
    ],
)
def test_says_which_condition_it_does_not_implement(s3, bucket, condition, header):
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="a", Body=b"x", **condition)
    assert (status_of(failure), code_of(failure)) == (501, "NotImplemented")
    assert failure.value.response["Error"]["Header"] == header
    assert listed(s3, Bucket=bucket) == []


# Digests


def test_checks_content_md5(s3, bucket):
    right = base64.b64encode(hashlib.md5(b"body").digest()).decode()
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    s3.put_object(Bucket=bucket, Key="a", Body=b"body", ContentMD5=right)
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="b", Body=b"body", ContentMD5=wrong)
    assert (status_of(failure), code_of(failure)) == (400, "BadDigest")
    error = failure.value.response["Error"]
    # Hex for PutObject, as recorded from the service; the calculated one is in base64.
    assert error["ExpectedDigest"] == hashlib.md5(b"other").hexdigest()
    assert error["CalculatedDigest"] == right
    for invalid in ("no base64!", base64.b64encode(b"short").decode()):
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            s3.put_object(Bucket=bucket, Key="b", Body=b"body", ContentMD5=invalid)
        assert (status_of(failure), code_of(failure)) == (400, "InvalidDigest")
    assert listed(s3, Bucket=bucket) == ["a"]


def test_keeps_the_checksum_that_boto3_adds_by_itself(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"123456789")
    # The CRC-32 of "123456789" is cbf43926, by its definition.
    expected = base64.b64encode(bytes.fromhex("cbf43926")).decode()
    assert (put["ChecksumCRC32"], put["ChecksumType"]) == (expected, "FULL_OBJECT")
    got = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    # Reading the body makes boto3 verify the checksum.
    assert (got["Body"].read(), got["ChecksumCRC32"]) == (b"123456789", expected)
    assert s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")["ChecksumCRC32"] == expected


def test_keeps_a_crc32c(s3, bucket):
    # The CRC-32C of "123456789" is e3069283, by its definition.
    expected = base64.b64encode(bytes.fromhex("e3069283")).decode()
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"123456789", ChecksumAlgorithm="CRC32C")
    assert put["ChecksumCRC32C"] == expected
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert head["ChecksumCRC32C"] == expected
    assert "ChecksumCRC32" not in head


@pytest.mark.parametrize("name", ["ChecksumCRC32", "ChecksumCRC32C"])
def test_refuses_a_wrong_checksum(s3, bucket, name):
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="a", Body=b"123456789", **{name: "AAAAAA=="})
    assert (status_of(failure), code_of(failure)) == (400, "BadDigest")
    algorithm = name.removeprefix("Checksum")
    assert failure.value.response["Error"]["Message"] == (
        f"The {algorithm} you specified did not match the calculated checksum."
    )
    assert listed(s3, Bucket=bucket) == []


# Listings


def test_lists_in_byte_order_page_by_page(s3, bucket):
    keys = ["a/1", "a/2", "b", "A", "a", "a-", "a0", "é", "z", "日本", "~"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    expected = sorted(keys, key=str.encode)
    for size in (1, 2, 3, len(keys), 1000):
        assert listed(s3, Bucket=bucket, PaginationConfig={"PageSize": size}) == expected
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=2)
    assert (page["KeyCount"], page["MaxKeys"], page["IsTruncated"]) == (2, 2, True)
    assert listed(s3, Bucket=bucket, StartAfter="a/1") == [k for k in expected if k > "a/1"]
    assert listed(s3, Bucket=bucket, Prefix="a/") == ["a/1", "a/2"]
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=0)["KeyCount"] == 0


def test_groups_by_delimiter(s3, bucket):
    keys = ["a/1", "a/2", "a/b/3", "b", "c/", "c/4", "é/5", "é/6", "z"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")

    def grouped(**arguments):
        found = []
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **arguments):
            found += [p["Prefix"] for p in page.get("CommonPrefixes", [])]
            found += [o["Key"] for o in page.get("Contents", [])]
            assert page["KeyCount"] == len(page.get("CommonPrefixes", [])) + len(page.get("Contents", []))
        return sorted(found, key=str.encode)

    # A prefix counts once, also where a page ends inside its keys.
    for size in (1, 2, 1000):
        pages = {"PaginationConfig": {"PageSize": size}}
        assert grouped(Delimiter="/", **pages) == ["a/", "b", "c/", "z", "é/"]
        assert grouped(Delimiter="/", Prefix="a/", **pages) == ["a/1", "a/2", "a/b/"]
        assert grouped(Delimiter="/", Prefix="c/", **pages) == ["c/", "c/4"]
        assert grouped(Delimiter="/", Prefix="a", **pages) == ["a/"]
        assert grouped(Delimiter="/5", **pages) == ["a/1", "a/2", "a/b/3", "b", "c/", "c/4", "z", "é/5", "é/6"]


def test_keeps_odd_keys_apart(s3, bucket):
    for key in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    expected = sorted(ODD_KEYS, key=str.encode)
    assert listed(s3, Bucket=bucket) == expected
    assert listed(s3, Bucket=bucket, PaginationConfig={"PageSize": 1}) == expected
    for key in ODD_KEYS:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode(), key
        assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(key.encode())
        assert listed(s3, Bucket=bucket, Prefix=key)[0] == key
    for key in ODD_KEYS:
        s3.delete_object(Bucket=bucket, Key=key)
    assert listed(s3, Bucket=bucket) == []


def test_refuses_a_key_that_is_too_long(s3, bucket):
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="k" * 1025, Body=b"x")
    assert (status_of(failure), code_of(failure)) == (400, "KeyTooLongError")
    error = failure.value.response["Error"]
    assert (error["Size"], error["MaxSizeAllowed"]) == ("1025", "1024")


def test_refuses_metadata_that_is_too_large(s3, bucket):
    # Names without the prefix and values together, 2 KiB [documented: UsingMetadata].
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", Metadata={"k": "v" * 2047})
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="b", Body=b"x", Metadata={"k": "v" * 2048})
    assert (status_of(failure), code_of(failure)) == (400, "MetadataTooLarge")


def test_lists_times_sizes_and_etags(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"hello")
    entry = s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    head = s3.head_object(Bucket=bucket, Key="a")
    assert (entry["Size"], entry["ETag"], entry["StorageClass"]) == (5, put["ETag"], "STANDARD")
    # HEAD's time has whole seconds, the listing's may have more.
    assert entry["LastModified"].replace(microsecond=0) == head["LastModified"]
    assert "Owner" not in entry
    owned = s3.list_objects_v2(Bucket=bucket, FetchOwner=True)["Contents"][0]
    assert owned["Owner"]["ID"]


# boto3's transfer layer


def test_uploads_and_downloads_files(s3, bucket, tmp_path):
    body = bytes(i * 31 % 256 for i in range(3_000_000))
    s3.upload_fileobj(io.BytesIO(body), bucket, "big.bin", ExtraArgs={"ContentType": "text/csv"})
    s3.download_file(bucket, "big.bin", str(tmp_path / "big.bin"))
    assert (tmp_path / "big.bin").read_bytes() == body


# Who is it


@pytest.mark.parametrize(
    "credentials, code",
    [
        (Credentials(ADMIN.key, "not the secret"), "SignatureDoesNotMatch"),
        (Credentials("AKIAUNKNOWN000000000", ADMIN.secret), "InvalidAccessKeyId"),
    ],
)
def test_refuses_a_wrong_key_or_secret(server, bucket, credentials, code):
    stranger = conftest.client_of(server.url, credentials)
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        stranger.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert (status_of(failure), code_of(failure)) == (403, code)
    assert failure.value.response["Error"]["AWSAccessKeyId"] == credentials.key
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        stranger.head_bucket(Bucket=bucket)
    assert (status_of(failure), code_of(failure)) == (403, "403")
    assert listed(conftest.client_of(server.url), Bucket=bucket) == []


def test_refuses_a_token_that_was_never_given_out(server, bucket):
    stranger = conftest.client_of(server.url, Credentials(ADMIN.key, ADMIN.secret, "no-such-token"))
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        stranger.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert (status_of(failure), code_of(failure)) == (400, "InvalidToken")
