"""A request altered by one byte, after it was signed, is refused in S3's words, and stores nothing."""

import dataclasses
import hashlib

import pytest

import conftest
from wire import Connection, call, send, signed

BODY = b"InvoiceID,Cost\n1,2.50\n"
HEADERS = {
    "Content-Type": "text/csv",
    "Cache-Control": "max-age=60",
    "x-amz-meta-cycle": "2026-11",
    "x-amz-meta-note": "two words",
    "x-amz-storage-class": "STANDARD",
}


@pytest.fixture
def upload(server, bucket):
    """A signed PUT with a query, several signed headers and a body; sent as it is, it succeeds."""
    return signed(server, "PUT", f"/{bucket}/bills/2026-11%20a.csv?x-id=PutObject", BODY, headers=HEADERS)


def assert_nothing_stored(server, bucket):
    page = conftest.client_of(server.url).list_objects_v2(Bucket=bucket)
    assert page["KeyCount"] == 0, page


def other(character):
    """A different character of the same kind, so that the request stays well formed."""
    if character in "0123456789":
        return "1" if character == "0" else "0"
    if character.isalpha():
        return "b" if character in "aA" else "a"
    return None


def altered(text, start=0):
    """All texts that differ from `text` in one letter or digit."""
    for index in range(start, len(text)):
        if index >= 1 and text[index - 1] == "%" or index >= 2 and text[index - 2] == "%":
            continue  # a changed escape is covered by its own test
        if replacement := other(text[index]):
            yield text[:index] + replacement + text[index + 1 :]


def assert_refused(answer, code, status=403):
    assert (answer.status, answer.code) == (status, code), answer.body


def test_accepts_it_unaltered(server, upload, bucket):
    assert send(server, upload).status == 200
    got = call(server, "GET", f"/{bucket}/bills/2026-11%20a.csv")
    assert (got.status, got.body, got.header("x-amz-meta-note")) == (200, BODY, "two words")


def test_refuses_every_altered_byte_of_path_and_query(server, upload, bucket):
    targets = list(altered(upload.target, start=1))
    assert len(targets) > 25
    with Connection(server) as connection:
        for target in targets:
            answer = connection.exchange(dataclasses.replace(upload, target=target))
            assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch"), target
    assert_nothing_stored(server, bucket)


@pytest.mark.parametrize(
    "before, after",
    [("%20", "%21"), ("2026-11", "2026_11"), ("/bills/", "/bills//"), ("?x-id=PutObject", ""),
     ("?x-id=PutObject", "?x-id=PutObject&y=1"), ("?x-id=", "?x-Id="), ("bills/", "./bills/")],
)  # fmt: skip
def test_refuses_another_spelling_of_the_target(server, upload, bucket, before, after):
    assert before in upload.target
    answer = send(server, dataclasses.replace(upload, target=upload.target.replace(before, after)))
    assert_refused(answer, "SignatureDoesNotMatch")
    assert_nothing_stored(server, bucket)


@pytest.mark.parametrize("name", [*HEADERS, "x-amz-content-sha256", "Host"])
def test_refuses_every_altered_byte_of_a_signed_header(server, upload, bucket, name):
    value = upload.header(name)
    with Connection(server) as connection:
        for changed in altered(value):
            answer = connection.exchange(upload.with_header(name, changed))
            assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch"), changed
    assert_nothing_stored(server, bucket)


def test_refuses_an_altered_date(server, upload, bucket):
    date = upload.header("x-amz-date")
    second = date[:-2] + other(date[-2]) + "Z"
    assert_refused(send(server, upload.with_header("x-amz-date", second)), "SignatureDoesNotMatch")
    for changed in altered(date):
        # Further away it is too old or no date at all, which S3 says first.
        answer = send(server, upload.with_header("x-amz-date", changed))
        assert answer.status in (400, 403), changed
    assert_nothing_stored(server, bucket)


def test_refuses_a_signed_header_that_is_gone(server, upload, bucket):
    for name in HEADERS:
        left = [(key, value) for key, value in upload.headers if key != name]
        assert_refused(send(server, dataclasses.replace(upload, headers=left)), "SignatureDoesNotMatch")
    assert_nothing_stored(server, bucket)


def test_refuses_a_second_value_of_a_signed_header(server, upload, bucket):
    doubled = dataclasses.replace(upload, headers=[*upload.headers, ("x-amz-meta-cycle", "2026-12")])
    assert_refused(send(server, doubled), "SignatureDoesNotMatch")
    assert_nothing_stored(server, bucket)


def test_refuses_an_unsigned_amz_header(server, upload, bucket):
    added = dataclasses.replace(upload, headers=[*upload.headers, ("x-amz-meta-added", "later")])
    answer = send(server, added)
    assert_refused(answer, "AccessDenied")
    error = dict(answer.error)
    assert error["Message"] == "There were headers present in the request which were not signed"
    assert error["HeadersNotSigned"] == "x-amz-meta-added"
    assert_nothing_stored(server, bucket)


def test_refuses_every_altered_digit_of_the_signature(server, upload, bucket):
    authorization = upload.header("Authorization")
    start = authorization.index("Signature=") + len("Signature=")
    with Connection(server) as connection:
        for changed in altered(authorization, start):
            answer = connection.exchange(upload.with_header("Authorization", changed))
            assert_refused(answer, "SignatureDoesNotMatch")
    assert_nothing_stored(server, bucket)


@pytest.mark.parametrize("index", [0, len(BODY) // 2, len(BODY) - 1])
def test_refuses_an_altered_body(server, upload, bucket, index):
    body = BODY[:index] + bytes([BODY[index] ^ 1]) + BODY[index + 1 :]
    answer = send(server, dataclasses.replace(upload, body=body))
    assert_refused(answer, "XAmzContentSHA256Mismatch", 400)
    error = dict(answer.error)
    assert error["ClientComputedContentSHA256"] == hashlib.sha256(BODY).hexdigest()
    assert error["S3ComputedContentSHA256"] == hashlib.sha256(body).hexdigest()
    assert_nothing_stored(server, bucket)


@pytest.mark.parametrize("size", [16_385, 1_000_000])
def test_refuses_one_altered_byte_of_a_large_body(server, bucket, size):
    body = bytearray(size)
    upload = signed(server, "PUT", f"/{bucket}/large", bytes(body))
    body[size // 2] = 1
    assert_refused(
        send(server, dataclasses.replace(upload, body=bytes(body))), "XAmzContentSHA256Mismatch", 400
    )
    assert_nothing_stored(server, bucket)


def test_keeps_the_old_object_when_the_new_one_is_refused(server, upload, bucket):
    assert send(server, upload).status == 200
    etag = call(server, "HEAD", f"/{bucket}/bills/2026-11%20a.csv").header("ETag")
    refused = dataclasses.replace(upload, body=BODY[:-1] + b"!")
    assert send(server, refused).status == 400
    got = call(server, "GET", f"/{bucket}/bills/2026-11%20a.csv")
    assert (got.body, got.header("ETag")) == (BODY, etag)


@pytest.mark.parametrize("sent", [0, 1, 10_000, 99_999])
def test_stores_nothing_of_a_body_that_is_cut(server, bucket, sent):
    body = b"x" * 100_000
    upload = signed(server, "PUT", f"/{bucket}/cut", body)
    with Connection(server) as connection:
        connection.send(dataclasses.replace(upload, body=body[:sent]).bytes())
        # The client goes away in the middle; whatever the server says, it must not keep the piece.
        connection.socket.shutdown(1)
        assert connection.stream.read()[:12] in (b"", b"HTTP/1.1 400"), "cut body accepted"
    assert_nothing_stored(server, bucket)


def test_takes_an_unsigned_body_as_it_comes(server, bucket):
    upload = signed(server, "PUT", f"/{bucket}/a", b"one", payload="UNSIGNED-PAYLOAD")
    assert send(server, upload).status == 200
    assert send(server, dataclasses.replace(upload, body=b"two")).status == 200
    assert call(server, "GET", f"/{bucket}/a").body == b"two"


def test_answers_a_mismatch_with_what_it_calculated(server, upload, bucket):
    answer = send(server, upload.with_header("x-amz-meta-cycle", "2026-12"))
    names = [name for name, _ in answer.error]
    assert names == [
        "Code", "Message", "AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes",
        "CanonicalRequest", "CanonicalRequestBytes", "RequestId", "HostId",
    ]  # fmt: skip
    error = dict(answer.error)
    assert error["Message"] == (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )
    for name in ("StringToSign", "CanonicalRequest"):
        assert bytes.fromhex(error[f"{name}Bytes"].replace(" ", "")).decode() == error[name]
    assert error["StringToSign"].endswith(hashlib.sha256(error["CanonicalRequest"].encode()).hexdigest())
    lines = error["CanonicalRequest"].split("\n")
    assert lines[:3] == ["PUT", f"/{bucket}/bills/2026-11%20a.csv", "x-id=PutObject"]
    assert "x-amz-meta-cycle:2026-12" in lines
    assert error["SignatureProvided"] == upload.header("Authorization").rpartition("Signature=")[2]
