"""Injected faults: each kind on the wire, and as boto3 meets it with its own retries. The journal tells what the
client really sent."""

import concurrent.futures
import io
import json
import urllib.error

import boto3
import botocore.config
import botocore.exceptions
import pytest

import wire
from programs import ADMIN, REGION, FakeStore, write_json

MIB = 1 << 20
PART = 5 * MIB


class Fault:
    """A fault that was added."""

    def __init__(self, server, do, match):
        self.server = server
        self.id = server.admin("faults", "POST", {"match": match, "do": do})["id"]

    def counts(self):
        """How many requests matched, and how many were struck."""
        entry = self.server.admin(f"faults/{self.id}")
        return entry["matched"], entry["fired"]


@pytest.fixture
def fault(server, bucket):
    """Adds faults for the test's bucket, `fault("error SlowDown", operation="PutObject")`; they end with the test."""
    yield lambda do, **match: Fault(server, do, {"bucket": bucket} | match)
    server.admin("faults", "DELETE")


@pytest.fixture
def journal(server, bucket):
    """What reached the test's bucket since its start, beyond the call that made it."""

    def entries(operation=None):
        found = [e for e in server.journal(bucket=bucket) if e["operation"] != "CreateBucket"]
        return [e for e in found if operation in (None, e["operation"])]

    return entries


def client(server, mode="standard", attempts=5, **config):
    """A client with one of boto3's retry modes; in all of them `attempts` counts the first one too."""
    config = botocore.config.Config(retries={"mode": mode, "total_max_attempts": attempts}, **config)
    return boto3.session.Session().client(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id=ADMIN.key,
        aws_secret_access_key=ADMIN.secret,
        region_name=REGION,
        config=config,
    )


@pytest.fixture(autouse=True)
def without_backoff(monkeypatch):
    """The clients' pauses between two attempts prove nothing here."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture(params=["legacy", "standard"])
def s3(server, request):
    return client(server, request.param)


def code_of(failure):
    return failure.value.response["Error"]["Code"]


def outcomes(entries):
    return [(e["status"], e["code"], e["fault"]) for e in entries]


def refused(server, *request):
    """The status and the document of an admin route's refusal."""
    with pytest.raises(urllib.error.HTTPError) as failure:
        server.admin(*request)
    with failure.value as answer:
        return answer.code, json.loads(answer.read())


def reads_until_the_end(connection):
    """Everything that still comes, and how it ends: `reset` or `close`."""
    received = b""
    try:
        while piece := connection.socket.recv(1 << 20):
            received += piece
    except ConnectionResetError:
        return received, "reset"
    return received, "close"


# On the wire


def test_an_error_looks_like_s3s(server, bucket, fault, journal):
    fault("error SlowDown", operation="PutObject")
    answer = wire.call(server, "PUT", f"/{bucket}/a", b"x")
    assert (answer.status, answer.code) == (503, "SlowDown")
    assert dict(answer.error)["Message"] == "Please reduce your request rate."
    assert answer.header("x-amz-request-id") == dict(answer.error)["RequestId"]
    assert answer.header("x-amz-id-2") == dict(answer.error)["HostId"]
    assert (answer.header("connection"), answer.header("server")) == ("close", "AmazonS3")
    assert answer.header("content-type") == "application/xml"
    [entry] = journal()
    assert (entry["status"], entry["code"], entry["fault"]) == (503, "SlowDown", "error SlowDown")
    assert entry["principal"].endswith(":user/admin")
    assert server.admin(f"requests/{entry['id']}")["fault"] == "error SlowDown"
    # It struck once, so the next one gets through.
    assert wire.call(server, "PUT", f"/{bucket}/a", b"x").status == 200


@pytest.mark.parametrize(
    "code, status, element",
    [
        ("NoSuchKey", 404, ("Key", "a")),
        ("NoSuchBucket", 404, ("BucketName", None)),
        ("InternalError", 500, None),
        ("OperationAborted", 409, None),
        ("AccessDenied", 403, None),
        ("PreconditionFailed", 412, ("Condition", "If-None-Match")),
    ],
)
def test_errors_have_their_status_and_their_elements(server, bucket, fault, code, status, element):
    fault(f"error {code}")
    answer = wire.call(server, "GET", f"/{bucket}/a")
    assert (answer.status, answer.code) == (status, code)
    if element:
        assert dict(answer.error)[element[0]] == (element[1] or bucket)


def test_a_head_has_the_errors_status_alone(server, bucket, fault):
    fault("error SlowDown")
    answer = wire.call(server, "HEAD", f"/{bucket}/a")
    assert (answer.status, answer.body) == (503, b"")


@pytest.mark.parametrize("ending", ["reset", "close"])
def test_a_connection_ends_before_the_body(server, bucket, fault, journal, ending):
    fault(f"{ending} before-body")
    request = wire.signed(server, "PUT", f"/{bucket}/a", bytes(MIB), headers=[("Expect", "100-continue")])
    with wire.Connection(server) as connection:
        connection.send(request.bytes().removesuffix(request.body))
        # Not even `100 Continue`.
        assert reads_until_the_end(connection) == (b"", ending)
    [entry] = journal()
    assert (entry["status"], entry["code"], entry["bytesIn"], entry["bytesOut"]) == (0, None, 0, 0)
    assert entry["fault"] == f"{ending} before-body"
    assert wire.call(server, "HEAD", f"/{bucket}/a").status == 404


@pytest.mark.parametrize("ending", ["reset", "close"])
def test_a_connection_ends_in_the_middle_of_the_body(server, bucket, fault, journal, ending):
    fault(f"{ending} mid-body")
    request = wire.signed(server, "PUT", f"/{bucket}/a", bytes(MIB))
    with wire.Connection(server) as connection:
        # Half of it is enough; the other half never comes.
        connection.send(request.bytes()[: -MIB // 2])
        assert reads_until_the_end(connection) == (b"", ending)
    [entry] = journal()
    assert (entry["status"], entry["bytesIn"]) == (0, MIB // 2)
    assert wire.call(server, "HEAD", f"/{bucket}/a").status == 404


@pytest.mark.parametrize("ending", ["reset", "close"])
def test_an_answer_is_lost_after_the_commit(server, bucket, fault, journal, ending):
    fault(f"{ending} after-commit", operation="PutObject")
    with wire.Connection(server) as connection:
        connection.send(wire.signed(server, "PUT", f"/{bucket}/a", b"kept").bytes())
        assert reads_until_the_end(connection) == (b"", ending)
    [entry] = journal()
    assert (entry["status"], entry["bytesIn"], entry["bytesOut"]) == (200, 4, 0)
    assert wire.call(server, "GET", f"/{bucket}/a").body == b"kept"


@pytest.mark.parametrize("size", [1_000, 16_385, 8 * MIB])
def test_an_answer_is_cut(server, bucket, fault, journal, size):
    content = bytes(index % 251 for index in range(1_000)) * (size // 1_000) + bytes(size % 1_000)
    assert wire.call(server, "PUT", f"/{bucket}/a", content).status == 200
    for asked, comes in [(0, 0), (999, 999), (size // 2, size // 2), (size, size - 1), (size + 1, size - 1)]:
        fault(f"cut-response {asked}")
        with wire.Connection(server) as connection:
            connection.send(wire.signed(server, "GET", f"/{bucket}/a").bytes())
            received, ending = reads_until_the_end(connection)
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200") and f"Content-Length: {size}".encode() in head
        assert (body == content[:comes], len(body), ending) == (True, comes, "reset")
        entry = journal("GetObject")[-1]
        assert (entry["status"], entry["bytesOut"], entry["fault"]) == (200, comes, f"cut-response {asked}")


@pytest.mark.parametrize("method", ["HEAD", "PUT"])
def test_an_answer_without_a_body_is_cut_whole(server, bucket, fault, method):
    assert wire.call(server, "PUT", f"/{bucket}/a", b"x").status == 200
    fault("cut-response 10")
    with wire.Connection(server) as connection:
        connection.send(wire.signed(server, method, f"/{bucket}/a").bytes())
        assert reads_until_the_end(connection) == (b"", "reset")


def test_a_token_expires(server, bucket, fault, journal):
    fault("expire-token", operation="GetObject", key="secret/*")
    assert wire.call(server, "GET", f"/{bucket}/open").status == 404
    answer = wire.call(server, "GET", f"/{bucket}/secret/a")
    assert (answer.status, answer.code) == (400, "ExpiredToken")
    assert dict(answer.error)["Message"] == "The provided token has expired."
    assert outcomes(journal()) == [(404, "NoSuchKey", None), (400, "ExpiredToken", "expire-token")]


def test_a_delay_is_waited_for(server, bucket, fault, journal):
    fault("delay 120ms", operation="PutObject")
    fault("delay 80ms")
    assert wire.call(server, "PUT", f"/{bucket}/a", b"x").status == 200
    assert wire.call(server, "PUT", f"/{bucket}/a", b"x").status == 200
    slow, quick = journal()
    assert slow["fault"] == "delay 120ms, delay 80ms" and slow["microseconds"] >= 200_000
    assert quick["fault"] is None and quick["microseconds"] < slow["microseconds"]


# Which requests are struck


def test_faults_match_by_operation_bucket_and_key(server, bucket, fault):
    by_key = fault("error NoSuchKey", key="logs/*.csv", times=0)
    by_call = fault("error InternalError", operation="List*", times=0)
    elsewhere = fault("error SlowDown", bucket=bucket + "-x", times=0)
    assert wire.call(server, "PUT", f"/{bucket}/logs/a.txt", b"x").status == 200
    assert wire.call(server, "PUT", f"/{bucket}/logs/a.csv", b"x").code == "NoSuchKey"
    assert wire.call(server, "GET", f"/{bucket}/logs/2026/b.csv").code == "NoSuchKey"
    assert wire.call(server, "GET", f"/{bucket}?list-type=2").code == "InternalError"
    assert wire.call(server, "GET", f"/{bucket}?uploads=").code == "InternalError"
    assert wire.call(server, "HEAD", f"/{bucket}").status == 200
    assert (by_key.counts(), by_call.counts(), elsewhere.counts()) == ((2, 2), (2, 2), (0, 0))


def test_nth_and_times_say_which(server, bucket, fault):
    some = fault("error SlowDown", operation="PutObject", nth=2, times=2)
    later = fault("error InternalError", operation="PutObject", nth=5, times=0)
    codes = [wire.call(server, "PUT", f"/{bucket}/a", b"x").code for _ in range(7)]
    assert codes == [None, "SlowDown", "SlowDown", None] + 3 * ["InternalError"]
    # A fault that has had its turns stays in the list.
    assert (some.counts(), later.counts()) == ((7, 2), (7, 3))


def test_of_two_faults_the_first_is_done(server, bucket, fault):
    first, second = fault("error SlowDown"), fault("error InternalError", times=2)
    assert [wire.call(server, "GET", f"/{bucket}/a").code for _ in range(3)] == [
        "SlowDown", "InternalError", "NoSuchKey",
    ]  # fmt: skip
    assert (first.counts(), second.counts()) == ((3, 1), (3, 1))


def test_a_wrong_signature_is_told_before_any_fault(server, bucket, fault):
    unused = fault("error SlowDown", times=0)
    request = wire.signed(server, "GET", f"/{bucket}/a")
    authorization = request.header("Authorization")
    wrong = request.with_header("Authorization", authorization[:-1] + ("0" if authorization[-1] != "0" else "1"))
    assert wire.send(server, wrong).code == "SignatureDoesNotMatch"
    assert unused.counts() == (0, 0)


def test_exactly_as_many_are_struck_among_requests_at_once(server, bucket, fault, journal):
    some = fault("error SlowDown", operation="PutObject", nth=10, times=3)
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        connections = list(pool.map(lambda _: wire.Connection(server), range(64)))
        requests = [wire.signed(server, "PUT", f"/{bucket}/{index}", b"x") for index in range(64)]
        answers = list(pool.map(lambda pair: pair[0].exchange(pair[1]), zip(connections, requests)))
    for connection in connections:
        connection.close()
    assert sorted(answer.status for answer in answers) == 61 * [200] + 3 * [503]
    assert some.counts() == (64, 3)
    assert sum(e["fault"] is not None for e in journal()) == 3


# boto3's own retries


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_boto3_outlasts_two_slow_downs(server, bucket, fault, journal, mode):
    s3 = client(server, mode)
    fault("error SlowDown", operation="PutObject", times=2)
    answer = s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    slow = (503, "SlowDown", "error SlowDown")
    assert outcomes(journal("PutObject")) == [slow, slow, (200, None, None)]


def test_boto3_gives_up_after_its_attempts(s3, bucket, fault, journal):
    fault("error SlowDown", operation="PutObject", times=0)
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert code_of(failure) == "SlowDown"
    assert len(journal("PutObject")) == 5


@pytest.mark.parametrize("do", ["reset before-body", "reset mid-body", "close before-body", "close mid-body"])
def test_boto3_sends_an_interrupted_upload_again(s3, bucket, fault, journal, do):
    fault(do, operation="PutObject", times=2)
    body = bytes(range(256)) * 4_096
    s3.put_object(Bucket=bucket, Key="a", Body=io.BytesIO(body))
    assert outcomes(journal("PutObject")) == [(0, None, do), (0, None, do), (200, None, None)]
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == body


@pytest.mark.parametrize("do", ["reset after-commit", "close after-commit"])
def test_boto3_repeats_what_was_done_already(s3, bucket, fault, journal, do):
    fault(do, operation="PutObject")
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert outcomes(journal("PutObject")) == [(200, None, do), (200, None, None)]


def test_boto3_takes_its_own_object_for_anothers_after_a_lost_answer(s3, bucket, fault, journal):
    fault("reset after-commit", operation="PutObject")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="a", Body=b"mine", IfNoneMatch="*")
    assert code_of(failure) == "PreconditionFailed"
    assert [status for status, _, _ in outcomes(journal("PutObject"))] == [200, 412]
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"mine"


def test_boto3_does_not_repeat_an_expired_token(s3, bucket, fault, journal):
    fault("expire-token")
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.get_object(Bucket=bucket, Key="a")
    assert code_of(failure) == "ExpiredToken"
    assert len(journal()) == 1


def test_boto3_leaves_a_cut_answer_to_its_caller(s3, bucket, fault, journal):
    s3.put_object(Bucket=bucket, Key="a", Body=bytes(MIB))
    fault("cut-response 100000", operation="GetObject")
    body = s3.get_object(Bucket=bucket, Key="a")["Body"]
    with pytest.raises(
        (botocore.exceptions.IncompleteReadError, botocore.exceptions.ResponseStreamingError, ConnectionError)
    ):
        body.read()
    assert len(journal("GetObject")) == 1


def test_boto3s_download_begins_a_cut_answer_again(s3, bucket, fault, journal):
    content = bytes(range(256)) * 4_096
    s3.put_object(Bucket=bucket, Key="a", Body=content)
    fault("cut-response 100000", operation="GetObject", times=2)
    target = io.BytesIO()
    s3.download_fileobj(bucket, "a", target)
    assert target.getvalue() == content
    assert [e["bytesOut"] for e in journal("GetObject")] == [100_000, 100_000, MIB]


def test_boto3_gives_up_on_a_slow_answer_and_asks_again(server, bucket, fault, journal):
    s3 = client(server, read_timeout=0.1)
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    fault("delay 300ms", operation="GetObject", times=2)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"
    # The third was answered first; the others are still on their way, and nobody waits for them.
    assert outcomes(journal("GetObject"))[0] == (200, None, None)


# An error inside a 200


def test_a_copy_fails_inside_a_200(server, s3, bucket, fault, journal):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    fault("error-in-200 InternalError", operation="CopyObject", times=2)
    source = [("x-amz-copy-source", f"/{bucket}/a")]
    answer = wire.call(server, "PUT", f"/{bucket}/b", headers=source)
    assert (answer.status, answer.code) == (200, "InternalError")
    assert wire.call(server, "HEAD", f"/{bucket}/b").status == 404
    copied = s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    assert "ETag" in copied["CopyObjectResult"]
    failed = (200, "InternalError", "error-in-200 InternalError")
    assert outcomes(journal("CopyObject")) == [failed, failed, (200, None, None)]


@pytest.mark.parametrize("do", ["error-in-200 SlowDown", "error SlowDown", "reset after-commit"])
def test_an_upload_is_completed_after_all(s3, bucket, fault, journal, do):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="a", UploadId=upload, PartNumber=1, Body=b"x")
    fault(do, operation="CompleteMultipartUpload")
    s3.complete_multipart_upload(
        Bucket=bucket, Key="a", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    assert [fault for _, _, fault in outcomes(journal("CompleteMultipartUpload"))] == [do, None]
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_parts_are_sent_again_one_by_one(s3, bucket, fault, journal):
    fault("reset mid-body", operation="UploadPart", nth=2)
    fault("error SlowDown", operation="UploadPart", nth=4)
    content = bytes(range(256)) * (3 * PART // 256) + b"end"
    transfer = boto3.s3.transfer.TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=1)
    s3.upload_fileobj(io.BytesIO(content), bucket, "a", Config=transfer)
    # Four parts, two of them twice.
    assert [e["fault"] for e in journal("UploadPart")] == [
        None, "reset mid-body", None, "error SlowDown", None, None,
    ]  # fmt: skip
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == content


# The admin route


@pytest.mark.parametrize(
    "document, path, words",
    [
        ({"do": "eror SlowDown"}, "do", "did you mean `error`?"),
        ({"do": "error SlowDwon"}, "do", "did you mean `SlowDown`?"),
        ({"do": "error"}, "do", "`error` needs one word after it"),
        ({"do": "reset midbody"}, "do", "did you mean `mid-body`?"),
        ({"do": "delay 5m"}, "do", "such as `500ms` or `2s`"),
        ({"do": "delay 3601s"}, "do", "at most an hour"),
        ({"do": "cut-response -1"}, "do", "a number of bytes"),
        ({"do": "expire-token now"}, "do", "stands alone"),
        ({"do": ""}, "do", "says nothing"),
        ({}, "/_fakestore/faults", "`do` is missing"),
        ({"do": "expire-token", "macth": {}}, "/_fakestore/faults", "did you mean `match`?"),
        ({"match": {"opration": "PutObject"}, "do": "expire-token"}, "match", "did you mean `operation`?"),
        ({"match": {"operation": "PutObjct"}, "do": "expire-token"}, "match.operation", "did you mean `PutObject`?"),
        ({"match": {"nth": 0}, "do": "expire-token"}, "match.nth", "counts from 1"),
        ({"match": {"times": -1}, "do": "expire-token"}, "match.times", "0 for always"),
        ({"match": {"operation": "PutObject"}, "do": "error-in-200 SlowDown"}, "do", "`PutObject` never answers 200"),
        ({"match": {"operation": "Co*"}, "do": "error-in-200 SlowDown"}, None, None),
        ({"match": {"operation": "*Object"}, "do": "error-in-200 SlowDown"}, "do", "never answers 200"),
        ({"do": "error-in-200 SlowDown"}, "do", "needs an `operation`"),
    ],
)
def test_refuses_faults_that_mean_nothing(server, fault, document, path, words):
    if path is None:
        assert server.admin("faults", "POST", document)["do"] == document["do"]
        return
    status, answer = refused(server, "faults", "POST", document)
    assert (status, answer["path"]) == (400, path)
    assert words in answer["error"]


def test_lists_and_removes_faults(server, fault):
    one, two = fault("delay 2s", key="a*", nth=3, times=0), fault("reset mid-body")
    first, second = server.admin("faults")["faults"]
    assert first["do"] == "delay 2000ms"
    assert (first["match"]["key"], first["match"]["nth"], first["match"]["times"]) == ("a*", 3, 0)
    assert (first["matched"], first["fired"]) == (0, 0)
    assert server.admin(f"faults/{two.id}") == second
    server.admin(f"faults/{one.id}", "DELETE")
    assert server.admin("faults")["faults"] == [second]
    for method in ["GET", "DELETE"]:
        assert refused(server, f"faults/{one.id}", method) == (
            404,
            {"error": f"there is no fault `{one.id}`", "path": f"/_fakestore/faults/{one.id}"},
        )
    server.admin("faults", "DELETE")
    assert server.admin("faults")["faults"] == []


def test_a_world_brings_its_faults_and_a_reset_brings_them_back(tmp_path):
    faults = [{"match": {"operation": "ListBuckets", "times": 2}, "do": "error SlowDown"}]
    world = write_json(
        tmp_path / "world.json",
        {
            "faults": faults,
            "accounts": [{"id": "000000000000", "rootAccessKeys": [{"id": ADMIN.key, "secret": ADMIN.secret}]}],
        },
    )
    with FakeStore(world=world) as server:
        assert server.admin("world")["faults"] == faults
        for _ in range(2):
            assert [wire.call(server, "GET", "/").status for _ in range(3)] == [503, 503, 200]
            server.admin("faults", "POST", {"do": "expire-token"})
            assert wire.call(server, "GET", "/").code == "ExpiredToken"
            server.admin("reset", "POST")
            assert [(f["id"], f["matched"]) for f in server.admin("faults")["faults"]] == [("1", 0)]
