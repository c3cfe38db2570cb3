"""The calls beside put, get and delete: many deletions at once, copies, the older listing, attributes."""

import base64
import datetime
import hashlib
import zlib

import botocore.exceptions
import pytest

import conftest
from odd_keys import ODD_KEYS
from test_boto3 import code_of, status_of
from wire import call

LARGE = b"0123456789abcdef" * 65_536


def refusal(function, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        function(**arguments)
    return status_of(failure), code_of(failure), failure.value.response["Error"]


def keys(s3, bucket):
    return [entry["Key"] for entry in s3.list_objects(Bucket=bucket).get("Contents", [])]


# The first version of listing


def test_lists_as_before_page_by_page(s3, bucket):
    names = ["a/1", "a/2", "b", "A", "a", "a-", "a0", "é", "z", "日本", "~"]
    for name in names:
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    expected = sorted(names, key=str.encode)
    for size in (1, 2, 3, 1000):
        pages = s3.get_paginator("list_objects").paginate(Bucket=bucket, PaginationConfig={"PageSize": size})
        assert [entry["Key"] for page in pages for entry in page["Contents"]] == expected
    page = s3.list_objects(Bucket=bucket, Marker="a", MaxKeys=2)
    assert [entry["Key"] for entry in page["Contents"]] == ["a-", "a/1"]
    # Only with a delimiter is the next marker told.
    assert (page["IsTruncated"], page["Marker"], "NextMarker" in page) == (True, "a", False)
    assert page["Contents"][0]["Owner"]["ID"]


def test_lists_prefixes_as_before(s3, bucket):
    for name in ("a/1", "a/2", "b/1", "c", "d/1"):
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    page = s3.list_objects(Bucket=bucket, Delimiter="/", MaxKeys=2)
    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["a/", "b/"]
    assert (page["IsTruncated"], page["NextMarker"]) == (True, "b/")
    rest = s3.list_objects(Bucket=bucket, Delimiter="/", Marker=page["NextMarker"])
    assert [entry["Key"] for entry in rest["Contents"]] == ["c"]
    assert [entry["Prefix"] for entry in rest["CommonPrefixes"]] == ["d/"]
    assert (rest["IsTruncated"], "NextMarker" in rest) == (False, False)


def test_lists_odd_keys_as_before(s3, bucket):
    for name in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    assert keys(s3, bucket) == sorted(ODD_KEYS, key=str.encode)


# Many deletions


def test_deletes_many_at_once(s3, bucket):
    names = [f"k{number:04}" for number in range(20)]
    for name in names:
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": name} for name in [*names[:10], "never there"]]}
    )
    assert [entry["Key"] for entry in answer["Deleted"]] == [*names[:10], "never there"]
    assert "Errors" not in answer
    quiet = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": name} for name in names[10:19]], "Quiet": True}
    )
    assert "Deleted" not in quiet and "Errors" not in quiet
    assert keys(s3, bucket) == names[19:]


def test_deletes_odd_keys(s3, bucket):
    for name in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    # boto3 writes keys into XML, which has no way to say a control character.
    sayable = [name for name in ODD_KEYS if not any(ord(c) < 32 or ord(c) == 127 for c in name)]
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": name} for name in sayable]})
    assert set(keys(s3, bucket)) == set(ODD_KEYS) - set(sayable)


def test_deletes_a_thousand_and_no_more(s3, bucket):
    objects = [{"Key": f"k{number}"} for number in range(1001)]
    assert len(s3.delete_objects(Bucket=bucket, Delete={"Objects": objects[:1000]})["Deleted"]) == 1000
    assert refusal(s3.delete_objects, Bucket=bucket, Delete={"Objects": objects})[:2] == (400, "MalformedXML")
    assert refusal(s3.delete_objects, Bucket=bucket, Delete={"Objects": []})[:2] == (400, "MalformedXML")


def test_deletes_under_a_condition_each(s3, bucket):
    tag = s3.put_object(Bucket=bucket, Key="a", Body=b"x")["ETag"]
    s3.put_object(Bucket=bucket, Key="b", Body=b"y")
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": "a", "ETag": tag}, {"Key": "b", "ETag": tag}]}
    )
    assert [entry["Key"] for entry in answer["Deleted"]] == ["a"]
    assert [(entry["Key"], entry["Code"]) for entry in answer["Errors"]] == [("b", "PreconditionFailed")]
    assert keys(s3, bucket) == ["b"]


DELETE = b"<Delete><Object><Key>a</Key></Object></Delete>"
CRC32 = base64.b64encode(zlib.crc32(DELETE).to_bytes(4, "big")).decode()


@pytest.mark.parametrize(
    "headers, body, status, code",
    [
        ({}, DELETE, 400, "InvalidRequest"),
        ({"Content-MD5": base64.b64encode(hashlib.md5(b"other").digest()).decode()}, DELETE, 400, "BadDigest"),
        ({"x-amz-checksum-crc32": "AAAAAA=="}, DELETE, 400, "BadDigest"),
        ({"x-amz-checksum-crc32": CRC32}, DELETE, 200, None),
        ({"Content-MD5": base64.b64encode(hashlib.md5(b"x").digest()).decode()}, b"x", 400, "MalformedXML"),
    ],
)
def test_wants_a_digest_of_the_document(server, bucket, headers, body, status, code):
    call(server, "PUT", f"/{bucket}/a", b"x")
    answer = call(server, "POST", f"/{bucket}?delete=", body, headers=headers)
    assert (answer.status, answer.code if code else None) == (status, code), answer.body
    assert call(server, "GET", f"/{bucket}/a").status == (200 if code else 404)


def test_decides_for_each_key(two_accounts):
    """The denied user may delete all but nothing is his to refuse; the reader may delete nothing."""
    owner = conftest.client_of(two_accounts.url, two_accounts.users["owner"])
    owner.put_object(Bucket="acme-billing", Key="kept", Body=b"x")
    reader = conftest.client_of(two_accounts.url, two_accounts.users["reader"])
    answer = reader.delete_objects(Bucket="acme-billing", Delete={"Objects": [{"Key": "kept"}]})
    [error] = answer["Errors"]
    assert (error["Key"], error["Code"]) == ("kept", "AccessDenied")
    assert error["Message"].endswith(
        'is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::acme-billing/kept" '
        "because no identity-based policy allows the s3:DeleteObject action"
    )
    assert owner.get_object(Bucket="acme-billing", Key="kept")["Body"].read() == b"x"


# Copies


@pytest.mark.parametrize("content", [b"", b"small", LARGE])
def test_copies_with_its_metadata(s3, bucket, content):
    s3.put_object(
        Bucket=bucket, Key="a b+c/é", Body=content, ContentType="text/csv", CacheControl="max-age=1",
        Metadata={"cycle": "2026-11"}, StorageClass="STANDARD_IA", ChecksumAlgorithm="SHA256",
    )  # fmt: skip
    copied = s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a b+c/é"})
    result = copied["CopyObjectResult"]
    assert result["ETag"] == f'"{hashlib.md5(content).hexdigest()}"'
    assert result["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    got = s3.get_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED")
    assert got["Body"].read() == content
    assert (got["ContentType"], got["CacheControl"], got["Metadata"]) == (
        "text/csv", "max-age=1", {"cycle": "2026-11"})  # fmt: skip
    # The storage class is the copy's own.
    assert "StorageClass" not in got
    assert result["LastModified"] == got["LastModified"] or result["LastModified"] > got["LastModified"]


def test_copies_with_new_metadata(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", ContentType="text/csv", Metadata={"old": "1"})
    s3.copy_object(
        Bucket=bucket, Key="b", CopySource=f"{bucket}/a", MetadataDirective="REPLACE",
        Metadata={"new": "2"}, ChecksumAlgorithm="CRC32C",
    )  # fmt: skip
    head = s3.head_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED")
    assert (head["Metadata"], head["ContentType"]) == ({"new": "2"}, "binary/octet-stream")
    assert "ChecksumCRC32C" in head
    # Without the directive new metadata is ignored.
    s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/a", Metadata={"new": "2"})
    assert s3.head_object(Bucket=bucket, Key="c")["Metadata"] == {"old": "1"}


def test_copies_to_another_bucket(s3, server, bucket):
    other = f"{bucket}-other"
    s3.create_bucket(Bucket=other)
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.copy({"Bucket": bucket, "Key": "a"}, other, "b")
    assert s3.get_object(Bucket=other, Key="b")["Body"].read() == b"x"


def test_copies_an_object_of_parts_as_one_piece(s3, bucket):
    parts = [b"0" * 5_242_880, b"1"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a", ChecksumAlgorithm="SHA256")["UploadId"]
    done = []
    for number, body in enumerate(parts, 1):
        part = s3.upload_part(
            Bucket=bucket, Key="a", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256"
        )
        done.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="a", UploadId=upload, MultipartUpload={"Parts": done})
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    head = s3.head_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED")
    whole = b"".join(parts)
    assert head["ETag"] == f'"{hashlib.md5(whole).hexdigest()}"'
    assert head["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(whole).digest()).decode()
    assert head["ChecksumType"] == "FULL_OBJECT"


def test_copies_to_itself_only_with_a_change(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", Metadata={"old": "1"})
    itself = {"Bucket": bucket, "Key": "a", "CopySource": f"{bucket}/a"}
    status, code, error = refusal(s3.copy_object, **itself)
    assert (status, code) == (400, "InvalidRequest")
    assert error["Message"].startswith("This copy request is illegal because it is trying to copy an object to itself")
    s3.copy_object(**itself, MetadataDirective="REPLACE", Metadata={"new": "2"})
    assert s3.head_object(Bucket=bucket, Key="a")["Metadata"] == {"new": "2"}
    s3.copy_object(**itself, StorageClass="GLACIER_IR")
    assert s3.head_object(Bucket=bucket, Key="a")["StorageClass"] == "GLACIER_IR"
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"


def test_copies_under_conditions_on_the_source(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    modified = s3.head_object(Bucket=bucket, Key="a")["LastModified"]
    hour = datetime.timedelta(hours=1)
    copy = {"Bucket": bucket, "Key": "b", "CopySource": f"{bucket}/a"}
    for condition, name in [
        ({"CopySourceIfMatch": '"0"'}, "x-amz-copy-source-If-Match"),
        ({"CopySourceIfNoneMatch": put["ETag"]}, "x-amz-copy-source-If-None-Match"),
        ({"CopySourceIfModifiedSince": modified}, "x-amz-copy-source-If-Modified-Since"),
        ({"CopySourceIfUnmodifiedSince": modified - hour}, "x-amz-copy-source-If-Unmodified-Since"),
    ]:
        status, code, error = refusal(s3.copy_object, **copy, **condition)
        assert (status, code, error["Condition"]) == (412, "PreconditionFailed", name)
    assert keys(s3, bucket) == ["a"]
    s3.copy_object(**copy, CopySourceIfMatch=put["ETag"], CopySourceIfUnmodifiedSince=modified - hour)
    s3.copy_object(**copy, CopySourceIfNoneMatch='"0"', CopySourceIfModifiedSince=modified - hour)


def test_copies_under_conditions_on_the_destination(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    copy = {"Bucket": bucket, "Key": "b", "CopySource": f"{bucket}/a"}
    s3.copy_object(**copy, IfNoneMatch="*")
    status, code, error = refusal(s3.copy_object, **copy, IfNoneMatch="*")
    assert (status, code, error["Condition"]) == (412, "PreconditionFailed", "If-None-Match")


def test_copies_nothing_that_is_not_there(s3, bucket):
    assert refusal(s3.copy_object, Bucket=bucket, Key="b", CopySource=f"{bucket}/none")[:2] == (404, "NoSuchKey")
    missing = refusal(s3.copy_object, Bucket=bucket, Key="b", CopySource="no-such-bucket-here/a")
    assert (missing[:2], missing[2]["BucketName"]) == ((404, "NoSuchBucket"), "no-such-bucket-here")
    status, code, error = refusal(s3.copy_object, Bucket=bucket, Key="b", CopySource="nothing")
    assert (status, code, error["ArgumentName"]) == (400, "InvalidArgument", "x-amz-copy-source")


def test_copies_only_what_may_be_read_to_where_may_be_written(two_accounts):
    owner = conftest.client_of(two_accounts.url, two_accounts.users["owner"])
    owner.put_object(Bucket="acme-billing", Key="source", Body=b"x")
    for name, action in [("writer", "s3:GetObject"), ("reader", "s3:PutObject")]:
        client = conftest.client_of(two_accounts.url, two_accounts.users[name])
        status, code, error = refusal(
            client.copy_object, Bucket="acme-billing", Key="copy", CopySource="acme-billing/source"
        )
        assert (status, code) == (403, "AccessDenied")
        assert f"allows the {action} action" in error["Message"]
    [entry] = [e for e in two_accounts.journal(operation="CopyObject") if "writer" in e["principal"]]
    assert (entry["status"], entry["key"]) == (403, "copy")


# Attributes


def test_tells_attributes_without_reading(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"hello", ChecksumAlgorithm="SHA1")
    told = s3.get_object_attributes(
        Bucket=bucket, Key="a",
        ObjectAttributes=["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"],
    )  # fmt: skip
    assert f'"{told["ETag"]}"' == put["ETag"]
    assert (told["ObjectSize"], told["StorageClass"]) == (5, "STANDARD")
    assert told["Checksum"] == {"ChecksumSHA1": put["ChecksumSHA1"], "ChecksumType": "FULL_OBJECT"}
    assert told["LastModified"] == s3.head_object(Bucket=bucket, Key="a")["LastModified"]
    size = s3.get_object_attributes(Bucket=bucket, Key="a", ObjectAttributes=["ObjectSize"])
    assert "ETag" not in size and "Checksum" not in size
    assert refusal(s3.get_object_attributes, Bucket=bucket, Key="none", ObjectAttributes=["ETag"])[:2] == (
        404, "NoSuchKey")  # fmt: skip


def test_refuses_attributes_it_does_not_know(server, bucket):
    call(server, "PUT", f"/{bucket}/a", b"x")
    answer = call(server, "GET", f"/{bucket}/a?attributes=", headers={"x-amz-object-attributes": "Size"})
    assert (answer.status, answer.code) == (400, "InvalidArgument")
    answer = call(server, "GET", f"/{bucket}/a?attributes=")
    assert (answer.status, answer.code) == (400, "InvalidRequest")
