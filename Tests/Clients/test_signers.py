"""Requests of several independent signers verify: botocore's raw signer and curl's, beside the SDKs."""

import datetime
import hashlib
import subprocess

import pytest

import conftest
from odd_keys import ODD_KEYS
from programs import ADMIN, REGION, Credentials
from wire import Connection, call, encoded, now, send, signed


def curl(server, method, path, body=b"", host=None, headers=(), credentials=ADMIN):
    """curl's own SigV4; path and query must be encoded and sorted by us (curl 7.88 signs them as given)."""
    host = host or f"{server.host}:{server.port}"
    command = ["curl", "--silent", "--show-error", "--path-as-is", "--noproxy", "*", "--max-time", "30"]
    command += ["--request", method, "--aws-sigv4", f"aws:amz:{REGION}:s3"]
    command += ["--user", f"{credentials.key}:{credentials.secret}"]
    command += ["--resolve", f"{host}:{server.host}", "--write-out", "\n%{http_code}"]
    for name, value in [("x-amz-content-sha256", hashlib.sha256(body).hexdigest()), *headers]:
        command += ["--header", f"{name}: {value}"]
    if body:
        command += ["--data-binary", "@-", "--header", "Content-Type: text/csv"]
    result = subprocess.run([*command, f"http://{host}{path}"], input=body, capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr.decode()
    text, _, status = result.stdout.rpartition(b"\n")
    return int(status), text


def test_verifies_curl(server, bucket):
    assert curl(server, "PUT", f"/{bucket}/a/b.csv", b"from curl") == (200, b"")
    assert curl(server, "GET", f"/{bucket}/a/b.csv") == (200, b"from curl")
    status, listing = curl(server, "GET", f"/{bucket}?delimiter=%2F&list-type=2&prefix=")
    assert (status, b"<Prefix>a/</Prefix>" in listing) == (200, True)
    assert curl(server, "DELETE", f"/{bucket}/a/b.csv") == (204, b"")


def test_verifies_curl_in_virtual_host_style(server, bucket):
    host = f"{bucket}.localhost:{server.port}"
    assert curl(server, "PUT", "/a/b.csv", b"from curl", host=host) == (200, b"")
    assert curl(server, "GET", f"/{bucket}/a/b.csv") == (200, b"from curl")


def test_verifies_special_characters_of_curl(server, bucket):
    for key in ("with space", "plus+sign", "grüße", "a=b&c", "100%"):
        assert curl(server, "PUT", f"/{bucket}/{encoded(key)}", key.encode()) == (200, b""), key
        assert call(server, "GET", f"/{bucket}/{encoded(key)}").body == key.encode()


def test_verifies_a_body_announced_by_curl(server, bucket):
    # curl waits for `100 Continue` before a body above 1 MB.
    body = bytes(3_000_000)
    assert curl(server, "PUT", f"/{bucket}/big", body, headers=[("Expect", "100-continue")]) == (200, b"")
    assert call(server, "HEAD", f"/{bucket}/big").header("Content-Length") == "3000000"


def test_refuses_curl_with_the_wrong_secret(server, bucket):
    status, body = curl(server, "GET", f"/{bucket}/a", credentials=Credentials(ADMIN.key, "wrong"))
    assert (status, b"<Code>SignatureDoesNotMatch</Code>" in body) == (403, True)


@pytest.mark.parametrize("key", ODD_KEYS)
def test_verifies_odd_keys_of_botocore(server, bucket, key):
    path = f"/{bucket}/{encoded(key)}"
    with Connection(server) as connection:
        assert connection.exchange(signed(server, "PUT", path, b"x")).status == 200
        assert connection.exchange(signed(server, "GET", path)).body == b"x"
    listing = conftest.client_of(server.url).list_objects_v2(Bucket=bucket)
    assert [entry["Key"] for entry in listing["Contents"]] == [key]


@pytest.mark.parametrize(
    "query",
    [
        "list-type=2&prefix=a",
        "prefix=a&list-type=2",
        "list-type=2&prefix=%C3%A9%20%2B",
        "list-type=2&prefix=a%26b%3Dc",
        "list-type=2&prefix=",
        "list-type=2&start-after=a&prefix=&encoding-type=url&max-keys=5",
    ],
)
def test_verifies_queries_in_any_order(server, bucket, query):
    assert call(server, "GET", f"/{bucket}?{query}").status == 200


def test_verifies_headers_with_spaces_and_doubles(server, bucket):
    # Values are trimmed and runs of spaces become one; a name given twice is joined by commas.
    message = signed(
        server,
        "PUT",
        f"/{bucket}/a",
        b"x",
        headers=[("x-amz-meta-spaces", "  a   b  "), ("x-amz-meta-twice", "1"), ("x-amz-meta-twice", "2")],
    )
    assert send(server, message).status == 200
    assert call(server, "HEAD", f"/{bucket}/a").header("x-amz-meta-twice") == "1,2"


@pytest.mark.parametrize("minutes", [-14, 14])
def test_takes_a_clock_that_is_nearly_right(server, bucket, minutes):
    at = now() + datetime.timedelta(minutes=minutes)
    assert call(server, "PUT", f"/{bucket}/a", b"x", at=at).status == 200


@pytest.mark.parametrize("minutes", [-16, 16, -60 * 24])
def test_refuses_a_skewed_clock(server, bucket, minutes):
    at = now() + datetime.timedelta(minutes=minutes)
    answer = call(server, "PUT", f"/{bucket}/a", b"x", at=at)
    assert (answer.status, answer.code) == (403, "RequestTimeTooSkewed")
    error = dict(answer.error)
    assert error["Message"] == "The difference between the request time and the current time is too large."
    assert error["RequestTime"] == at.strftime("%Y%m%dT%H%M%SZ")
    assert error["MaxAllowedSkewMilliseconds"] == "900000"
    assert datetime.datetime.strptime(error["ServerTime"], "%Y-%m-%dT%H:%M:%SZ")


def test_names_the_region_it_expects(server, bucket):
    answer = call(server, "PUT", f"/{bucket}/a", b"x", region="eu-west-1")
    assert (answer.status, answer.code) == (400, "AuthorizationHeaderMalformed")
    error = dict(answer.error)
    assert error["Message"] == (
        "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'"
    )
    assert error["Region"] == "us-east-1"
    head = call(server, "HEAD", f"/{bucket}", region="eu-west-1")
    assert (head.status, head.body) == (400, b"")
    assert head.header("x-amz-bucket-region") == "us-east-1"


def test_lets_boto3_find_the_region(server, bucket):
    # The SDK learns the region from the refusal and repeats the request.
    elsewhere = conftest.client_of(server.url, region="eu-west-1")
    elsewhere.put_object(Bucket=bucket, Key="a", Body=b"x")
    assert call(server, "GET", f"/{bucket}/a").body == b"x"


@pytest.mark.parametrize("service, status", [("ec2", 400)])
def test_refuses_a_scope_of_another_service(server, bucket, service, status):
    answer = call(server, "PUT", f"/{bucket}/a", b"x", service=service)
    assert (answer.status, answer.code) == (status, "AuthorizationHeaderMalformed")
