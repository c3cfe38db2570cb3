"""Multipart uploads by boto3 and the `aws` command, both with their default settings."""

import base64
import concurrent.futures
import hashlib
import io
import os
import random
import zlib

import boto3.s3.transfer
import botocore.exceptions
import pytest

import conftest
from programs import write_json

MIB = 1 << 20
PART = 5 * MIB


def code_of(failure):
    return failure.value.response["Error"]["Code"]


def status_of(failure):
    return failure.value.response["ResponseMetadata"]["HTTPStatusCode"]


def multipart_etag(*parts):
    return f'"{hashlib.md5(b"".join(hashlib.md5(p).digest() for p in parts)).hexdigest()}-{len(parts)}"'


@pytest.fixture(scope="module")
def parts():
    """Three parts of different sizes: the smallest that need not be the last, one larger, and a last one."""
    return [random.Random(i).randbytes(n) for i, n in enumerate([PART + 1, PART, 1_000], 1)]


class Upload:
    """An upload as tests like to speak of it."""

    def __init__(self, s3, bucket, key="a", **settings):
        self.s3, self.names = s3, {"Bucket": bucket, "Key": key}
        self.created = s3.create_multipart_upload(**self.names, **settings)
        self.names["UploadId"] = self.created["UploadId"]
        self.list = []

    def part(self, number, body, **settings):
        answer = self.s3.upload_part(**self.names, PartNumber=number, Body=body, **settings)
        named = {k: v for k, v in answer.items() if k == "ETag" or k.startswith("Checksum")}
        self.list.append({"PartNumber": number} | named)
        return answer

    def complete(self, parts=None, **settings):
        chosen = {"Parts": self.list if parts is None else parts}
        return self.s3.complete_multipart_upload(**self.names, MultipartUpload=chosen, **settings)


def test_uploads_and_reads_across_the_borders_of_parts(s3, bucket, parts):
    body = b"".join(parts)
    upload = Upload(
        s3, bucket, "dir/a b+ü%.bin", ContentType="text/csv", Metadata={"cycle": "2026-11"}, CacheControl="no-cache"
    )
    for number, part in enumerate(parts, 1):
        assert upload.part(number, part)["ETag"] == f'"{hashlib.md5(part).hexdigest()}"'
    done = upload.complete()
    assert (done["Bucket"], done["Key"]) == (bucket, "dir/a b+ü%.bin")
    assert done["ETag"] == multipart_etag(*parts)
    assert done["Location"].endswith("/dir/a%20b%2B%C3%BC%25.bin")
    got = s3.get_object(Bucket=bucket, Key="dir/a b+ü%.bin")
    assert got["Body"].read() == body
    assert (got["ETag"], got["ContentType"], got["CacheControl"]) == (done["ETag"], "text/csv", "no-cache")
    assert got["Metadata"] == {"cycle": "2026-11"}
    for first, last in [(PART, PART + 1), (PART - 5, 2 * PART + 10), (0, 0), (len(body) - 1_001, len(body) - 1)]:
        piece = s3.get_object(Bucket=bucket, Key="dir/a b+ü%.bin", Range=f"bytes={first}-{last}")
        assert piece["Body"].read() == body[first : last + 1]
        assert piece["ContentRange"] == f"bytes {first}-{last}/{len(body)}"
    [listed] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert (listed["Size"], listed["ETag"]) == (len(body), done["ETag"])


def test_reads_single_parts(s3, bucket, parts):
    upload = Upload(s3, bucket)
    # Numbers with gaps, sent in another order.
    for number in (9, 3, 5):
        upload.part(number, parts[[3, 5, 9].index(number)])
    upload.complete(sorted(upload.list, key=lambda part: part["PartNumber"]))
    for number, part in enumerate(parts, 1):
        got = s3.get_object(Bucket=bucket, Key="a", PartNumber=number)
        assert (got["PartsCount"], got["Body"].read()) == (3, part)
        head = s3.head_object(Bucket=bucket, Key="a", PartNumber=number)
        assert (head["PartsCount"], head["ContentLength"]) == (3, len(part))
        assert head["ResponseMetadata"]["HTTPStatusCode"] == 206
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.get_object(Bucket=bucket, Key="a", PartNumber=4)
    assert (code_of(failure), status_of(failure)) == ("InvalidPartNumber", 416)
    assert failure.value.response["Error"]["ActualPartCount"] == "3"
    for wrong in (0, 10_001):
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            s3.get_object(Bucket=bucket, Key="a", PartNumber=wrong)
        assert code_of(failure) == "InvalidArgument"
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.get_object(Bucket=bucket, Key="a", PartNumber=1, Range="bytes=0-1")
    assert code_of(failure) == "InvalidRequest"
    assert "PartsCount" not in s3.head_object(Bucket=bucket, Key="a")
    # What was put in one piece is its own part 1.
    s3.put_object(Bucket=bucket, Key="one", Body=b"whole")
    got = s3.get_object(Bucket=bucket, Key="one", PartNumber=1)
    assert (got["Body"].read(), "PartsCount" in got) == (b"whole", False)


def test_transfers_a_file_with_threads(s3, bucket, tmp_path):
    body = os.urandom(20 * MIB + 12_345)
    (tmp_path / "in").write_bytes(body)
    config = boto3.s3.transfer.TransferConfig(multipart_chunksize=PART, max_concurrency=8)
    s3.upload_file(str(tmp_path / "in"), bucket, "big", Config=config, ExtraArgs={"Metadata": {"a": "b"}})
    pieces = [body[i : i + PART] for i in range(0, len(body), PART)]
    head = s3.head_object(Bucket=bucket, Key="big")
    assert (head["ETag"], head["Metadata"]) == (multipart_etag(*pieces), {"a": "b"})
    s3.download_file(bucket, "big", str(tmp_path / "out"), Config=config)
    assert (tmp_path / "out").read_bytes() == body
    out = io.BytesIO()
    s3.download_fileobj(bucket, "big", out)
    assert out.getvalue() == body
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize(
    "algorithm,kind,digest",
    [
        ("CRC32", "COMPOSITE", lambda b: zlib.crc32(b).to_bytes(4, "big")),
        ("CRC32", "FULL_OBJECT", lambda b: zlib.crc32(b).to_bytes(4, "big")),
        ("SHA1", "COMPOSITE", lambda b: hashlib.sha1(b).digest()),
        ("SHA256", "COMPOSITE", lambda b: hashlib.sha256(b).digest()),
    ],
)
def test_keeps_the_checksum_of_the_whole(s3, bucket, parts, algorithm, kind, digest):
    field = f"Checksum{algorithm}"

    def text(value):
        return base64.b64encode(value).decode()

    upload = Upload(s3, bucket, ChecksumAlgorithm=algorithm, ChecksumType=kind)
    assert (upload.created["ChecksumAlgorithm"], upload.created["ChecksumType"]) == (algorithm, kind)
    for number, part in enumerate(parts, 1):
        assert upload.part(number, part, ChecksumAlgorithm=algorithm)[field] == text(digest(part))
    whole = (
        text(digest(b"".join(parts)))
        if kind == "FULL_OBJECT"
        else f"{text(digest(b''.join(map(digest, parts))))}-3"
    )
    listed = s3.list_parts(**upload.names)
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == (algorithm, kind)
    assert [part[field] for part in listed["Parts"]] == [text(digest(part)) for part in parts]
    if kind == "FULL_OBJECT":
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            upload.complete(**{field: text(digest(b"other")), "ChecksumType": kind})
        assert code_of(failure) == "BadDigest"
    else:
        bare = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in upload.list]
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            upload.complete(bare)
        assert code_of(failure) == "InvalidRequest"
        assert "It was missing for part 1 in the request." in str(failure.value)
    done = upload.complete(**({field: whole, "ChecksumType": kind} if kind == "FULL_OBJECT" else {}))
    assert (done[field], done["ChecksumType"]) == (whole, kind)
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert (head[field], head["ChecksumType"]) == (whole, kind)


def test_refuses_checksums_that_do_not_fit(s3, bucket):
    for algorithm, kind in [("SHA256", "FULL_OBJECT"), ("SHA1", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE")]:
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            Upload(s3, bucket, ChecksumAlgorithm=algorithm, ChecksumType=kind)
        assert code_of(failure) == "InvalidRequest"
        assert f"The {kind} checksum type cannot be used with the {algorithm.lower()}" in str(failure.value)
    upload = Upload(s3, bucket, ChecksumAlgorithm="SHA256")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.part(1, b"x", ChecksumAlgorithm="CRC32")
    assert "expected checksum Type: sha256, actual checksum Type: crc32" in str(failure.value)
    upload.part(1, b"x", ChecksumAlgorithm="SHA256")
    wrong = [upload.list[0] | {"ChecksumSHA256": base64.b64encode(bytes(32)).decode()}]
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.complete(wrong)
    assert code_of(failure) == "InvalidPart"


def test_refuses_lists_that_do_not_fit(s3, bucket, parts):
    upload = Upload(s3, bucket)
    upload.part(1, parts[2])
    upload.part(2, parts[1])
    small, large = upload.list
    for chosen, code, details in [
        ([small, large], "EntityTooSmall", {"PartNumber": "1", "ProposedSize": "1000", "MinSizeAllowed": "5242880"}),
        ([large, small], "InvalidPartOrder", {"UploadId": upload.names["UploadId"]}),
        ([small, small], "InvalidPartOrder", {}),
        ([small, large | {"ETag": '"0"'}], "InvalidPart", {}),
        ([large, large | {"PartNumber": 3}], "InvalidPart", {"PartNumber": "3"}),
        ([], "MalformedXML", {}),
    ]:
        if code == "InvalidPart" and chosen[0] is small:
            chosen = chosen[1:]
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            upload.complete(chosen)
        assert code_of(failure) == code
        assert failure.value.response["Error"] | details == failure.value.response["Error"]
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.complete([large], MpuObjectSize=PART + 1)
    assert code_of(failure) == "InvalidRequest"
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.head_object(Bucket=bucket, Key="a")
    assert status_of(failure) == 404
    # The part below the minimum may be the last; a number sent again replaces; not all must be named.
    upload.complete([large], MpuObjectSize=PART)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == parts[1]


def test_refuses_parts_that_do_not_fit(s3, bucket):
    upload = Upload(s3, bucket)
    for number in (0, 10_001):
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            upload.part(number, b"x")
        assert code_of(failure) == "InvalidArgument"
        assert "Part number must be an integer between 1 and 10000, inclusive" in str(failure.value)
    upload.part(10_000, b"x")
    wrong, right = (base64.b64encode(hashlib.md5(text).digest()).decode() for text in (b"y", b"x"))
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.part(1, b"x", ContentMD5=wrong)
    assert code_of(failure) == "BadDigest"
    # Both in base64, as recorded from the service; PutObject tells the expected one in hex.
    error = failure.value.response["Error"]
    assert (error["ExpectedDigest"], error["CalculatedDigest"]) == (wrong, right)
    for names in [{"UploadId": "0" * 16}, {"UploadId": "nonsense"}, {"Key": "other"}]:
        arguments = upload.names | names
        for call in [
            lambda: s3.upload_part(**arguments, PartNumber=1, Body=b"x"),
            lambda: s3.complete_multipart_upload(**arguments, MultipartUpload={"Parts": upload.list}),
            lambda: s3.abort_multipart_upload(**arguments),
            lambda: s3.list_parts(**arguments),
        ]:
            with pytest.raises(botocore.exceptions.ClientError) as failure:
                call()
            assert (code_of(failure), status_of(failure)) == ("NoSuchUpload", 404)
            assert failure.value.response["Error"]["UploadId"] == arguments["UploadId"]
    assert [part["PartNumber"] for part in s3.list_parts(**upload.names)["Parts"]] == [10_000]


def test_lists_parts_page_by_page(s3, bucket):
    upload = Upload(s3, bucket)
    for number in range(1, 8):
        upload.part(number, b"x" * number)
    upload.part(4, b"replaced")
    pages = list(s3.get_paginator("list_parts").paginate(**upload.names, PaginationConfig={"PageSize": 3}))
    assert [[part["PartNumber"] for part in page["Parts"]] for page in pages] == [[1, 2, 3], [4, 5, 6], [7]]
    assert [part["Size"] for part in pages[1]["Parts"]] == [8, 5, 6]
    assert [page["IsTruncated"] for page in pages] == [True, True, False]
    assert pages[0]["Initiator"]["ID"] == "arn:aws:iam::000000000000:user/admin"
    assert pages[0]["StorageClass"] == "STANDARD"


def test_lists_uploads_page_by_page(s3, bucket):
    uploads = [Upload(s3, bucket, key) for key in ["c", "a", "b/1", "a", "b/2", "d e", "b/1"]]

    def listed(page_size=1_000, **arguments):
        paginator = s3.get_paginator("list_multipart_uploads")
        pages = paginator.paginate(Bucket=bucket, PaginationConfig={"PageSize": page_size}, **arguments)
        return [
            entry.get("UploadId", entry.get("Prefix"))
            for page in pages
            for entry in page.get("Uploads", []) + page.get("CommonPrefixes", [])
        ]

    order = [uploads[i].names["UploadId"] for i in (1, 3, 2, 6, 4, 0, 5)]
    assert listed() == order
    for size in (1, 2, 3, 7):
        assert listed(size) == order
    assert listed(Prefix="b/") == order[2:5]
    assert listed(1, Delimiter="/") == [*order[:2], "b/", *order[5:]]
    assert sorted(listed(Delimiter="/")) == sorted([*order[:2], "b/", *order[5:]])
    # Only uploads are listed, not what became of them.
    uploads[0].part(1, b"x")
    uploads[0].complete()
    s3.abort_multipart_upload(**uploads[1].names)
    assert listed() == [id_ for id_ in order if id_ not in (order[0], order[5])]


def test_aborts_once(s3, bucket):
    upload = Upload(s3, bucket)
    upload.part(1, b"x")
    s3.abort_multipart_upload(**upload.names)
    for call in [
        lambda: s3.abort_multipart_upload(**upload.names),
        lambda: upload.part(2, b"x"),
        lambda: upload.complete(upload.list),
    ]:
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            call()
        assert code_of(failure) == "NoSuchUpload"


def test_a_bucket_takes_its_uploads_along(s3, bucket):
    upload = Upload(s3, bucket)
    upload.part(1, b"x")
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_completes_only_under_its_condition(s3, bucket):
    # There before the upload, and still there.
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"old")["ETag"]
    upload = Upload(s3, bucket)
    upload.part(1, b"new")
    for condition in [{"IfNoneMatch": "*"}, {"IfMatch": '"0"'}]:
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            upload.complete(**condition)
        assert (code_of(failure), status_of(failure)) == ("PreconditionFailed", 412)
    upload.complete(IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"new"

    # Nothing there, before or after.
    upload = Upload(s3, bucket, "b")
    upload.part(1, b"new")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.complete(IfMatch=etag)
    assert code_of(failure) == "NoSuchKey"
    upload.complete(IfNoneMatch="*")

    # Deleted or written during the upload: the condition holds, and yet something happened.
    s3.put_object(Bucket=bucket, Key="c", Body=b"old")
    upload = Upload(s3, bucket, "c")
    upload.part(1, b"new")
    s3.delete_object(Bucket=bucket, Key="c")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.complete(IfNoneMatch="*")
    assert (code_of(failure), status_of(failure)) == ("ConditionalRequestConflict", 409)
    assert failure.value.response["Error"]["Condition"] == "If-None-Match"
    etag = s3.put_object(Bucket=bucket, Key="c", Body=b"meanwhile")["ETag"]
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.complete(IfMatch=etag)
    assert (code_of(failure), status_of(failure)) == ("ConditionalRequestConflict", 409)


def test_answers_a_repeated_completion_with_the_same(s3, bucket, parts):
    upload = Upload(s3, bucket)
    upload.part(1, parts[0])
    upload.part(2, parts[2])

    def complete(_=None):
        answer = upload.complete(IfNoneMatch="*")
        del answer["ResponseMetadata"]
        return answer

    # At once, and again.
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(complete, range(8)))
    assert answers == [answers[0]] * 8 and complete() == answers[0]
    # Not with another list, and not when the object is another one.
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        upload.complete(upload.list[:1])
    assert code_of(failure) == "NoSuchUpload"
    s3.put_object(Bucket=bucket, Key="a", Body=b"other")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        complete()
    assert code_of(failure) == "NoSuchUpload"


def test_the_command_uploads_in_parts(aws, bucket, tmp_path):
    body = os.urandom(20 * MIB)
    (tmp_path / "in").write_bytes(body)
    aws("s3", "cp", tmp_path / "in", f"s3://{bucket}/big", "--no-progress")
    aws("s3", "cp", f"s3://{bucket}/big", tmp_path / "out", "--no-progress")
    assert (tmp_path / "out").read_bytes() == body
    head = aws("s3api", "head-object", "--bucket", bucket, "--key", "big", json_output=True)
    pieces = [body[i : i + 8 * MIB] for i in range(0, len(body), 8 * MIB)]
    assert (head["ContentLength"], head["ETag"]) == (len(body), multipart_etag(*pieces))
    # From a pipe, whose length nobody knows before.
    aws("s3", "cp", "-", f"s3://{bucket}/piped", stdin=body)
    aws("s3", "cp", f"s3://{bucket}/piped", tmp_path / "piped", "--no-progress")
    assert (tmp_path / "piped").read_bytes() == body


def test_the_command_works_on_single_parts(aws, bucket, tmp_path):
    def api(operation, *arguments, **options):
        return aws("s3api", operation, "--bucket", bucket, *arguments, json_output=True, **options)

    (tmp_path / "part").write_bytes(b"x" * 1_000)
    upload = api("create-multipart-upload", "--key", "a", "--content-type", "text/csv")["UploadId"]
    names = ("--key", "a", "--upload-id", upload)
    etag = api("upload-part", *names, "--part-number", "7", "--body", tmp_path / "part")["ETag"]
    assert [u["UploadId"] for u in api("list-multipart-uploads")["Uploads"]] == [upload]
    [part] = api("list-parts", *names)["Parts"]
    assert (part["PartNumber"], part["ETag"], part["Size"]) == (7, etag, 1_000)
    chosen = write_json(tmp_path / "parts.json", {"Parts": [{"PartNumber": 7, "ETag": etag}]})
    done = api("complete-multipart-upload", *names, "--multipart-upload", f"file://{chosen}")
    assert done["ETag"] == multipart_etag(b"x" * 1_000)
    assert api("head-object", "--key", "a")["ContentType"] == "text/csv"
    upload = api("create-multipart-upload", "--key", "b")["UploadId"]
    api("abort-multipart-upload", "--key", "b", "--upload-id", upload)
    assert "(NoSuchUpload)" in api("abort-multipart-upload", "--key", "b", "--upload-id", upload, fails=True)


def test_asks_for_the_permissions_of_each_call(two_accounts):
    two_accounts.admin("reset", method="POST")

    def denied(call):
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            call()
        assert code_of(failure) == "AccessDenied"
        return str(failure.value)

    # s3:PutObject, as the guide's policy gives it, is enough to upload, and for nothing else.
    writer = conftest.client_of(two_accounts.url, two_accounts.users["writer"])
    upload = Upload(writer, "acme-billing")
    upload.part(1, b"x")
    assert "s3:ListMultipartUploadParts action" in denied(lambda: writer.list_parts(**upload.names))
    assert "s3:AbortMultipartUpload action" in denied(lambda: writer.abort_multipart_upload(**upload.names))
    said = denied(lambda: writer.list_multipart_uploads(Bucket="acme-billing"))
    assert "s3:ListBucketMultipartUploads on resource: " in said and "arn:aws:s3:::acme-billing\"" in said
    # If-Match asks for the right to read as well.
    assert "s3:GetObject action" in denied(lambda: upload.complete(IfMatch='"0"'))
    upload.complete(IfNoneMatch="*")
    reader = conftest.client_of(two_accounts.url, two_accounts.users["reader"])
    assert "s3:PutObject action" in denied(lambda: Upload(reader, "acme-billing"))
    assert reader.get_object(Bucket="acme-billing", Key="a", PartNumber=1)["Body"].read() == b"x"
    # A stranger whom both accounts allow to put may upload in parts too.
    Upload(conftest.client_of(two_accounts.url, two_accounts.users["stranger"]), "acme-shared").part(1, b"x")


def test_makes_parts_of_objects(s3, bucket, parts):
    source = b"".join(parts)
    s3.put_object(Bucket=bucket, Key="a b+ü%", Body=source)
    upload = Upload(s3, bucket, "copy", ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")

    def copy(number, key="a b+ü%", **arguments):
        from_ = {"Bucket": bucket, "Key": key}
        answer = s3.upload_part_copy(**upload.names, PartNumber=number, CopySource=from_, **arguments)
        named = {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}
        upload.list.append(named | {"ChecksumCRC32": answer["CopyPartResult"]["ChecksumCRC32"]})
        return answer["CopyPartResult"]

    copied = copy(1, CopySourceRange=f"bytes=10-{PART + 9}")
    assert copied["ETag"] == f'"{hashlib.md5(source[10 : PART + 10]).hexdigest()}"'
    copy(2)
    upload.part(3, b"end")
    whole = source[10 : PART + 10] + source + b"end"
    done = upload.complete()
    assert done["ETag"] == multipart_etag(source[10 : PART + 10], source, b"end")
    assert base64.b64decode(done["ChecksumCRC32"]) == zlib.crc32(whole).to_bytes(4, "big")
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == whole

    upload = Upload(s3, bucket, "copy")
    size = len(source)
    for wrong, said in [
        (f"bytes=0-{size}", f"Range specified is not valid for source object of size: {size}"),
        ("bytes=0-", "must be of the form bytes=first-last"),
        ("bytes=-5", "must be of the form bytes=first-last"),
        ("0-5", "must be of the form bytes=first-last"),
    ]:
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            copy(1, CopySourceRange=wrong)
        assert code_of(failure) == "InvalidArgument" and said in str(failure.value)
    for arguments, code in [
        ({"key": "none"}, "NoSuchKey"),
        ({"CopySourceIfMatch": '"0"'}, "PreconditionFailed"),
    ]:
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            copy(1, **arguments)
        assert code_of(failure) == code
    assert "Parts" not in s3.list_parts(**upload.names)


def test_copies_large_objects_in_parts(s3, aws, bucket, tmp_path, parts):
    body = b"".join(parts)
    s3.put_object(Bucket=bucket, Key="source", Body=body)
    config = boto3.s3.transfer.TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    s3.copy({"Bucket": bucket, "Key": "source"}, bucket, "target", Config=config)
    attributes = s3.get_object_attributes(Bucket=bucket, Key="target", ObjectAttributes=["ObjectParts"])
    assert attributes["ObjectParts"]["TotalPartsCount"] == 3
    head = s3.head_object(Bucket=bucket, Key="target")
    assert head["ETag"] == multipart_etag(body[:PART], body[PART : 2 * PART], body[2 * PART :])
    assert s3.get_object(Bucket=bucket, Key="target")["Body"].read() == body
    aws("s3", "cp", f"s3://{bucket}/source", f"s3://{bucket}/again", "--no-progress")
    assert s3.get_object(Bucket=bucket, Key="again")["Body"].read() == body


def test_asks_for_the_right_to_read_the_source(two_accounts):
    two_accounts.admin("reset", method="POST")
    owner, writer, lister = (
        conftest.client_of(two_accounts.url, two_accounts.users[name]) for name in ("owner", "writer", "lister")
    )
    owner.put_object(Bucket="acme-billing", Key="source", Body=b"x")
    upload = Upload(writer, "acme-billing")
    from_ = {"Bucket": "acme-billing", "Key": "source"}
    for client, action in [(writer, "s3:GetObject"), (lister, "s3:PutObject")]:
        with pytest.raises(botocore.exceptions.ClientError) as failure:
            client.upload_part_copy(**upload.names, PartNumber=1, CopySource=from_)
        assert code_of(failure) == "AccessDenied" and f"the {action} action" in str(failure.value)
    owner.upload_part_copy(**upload.names, PartNumber=1, CopySource=from_)
