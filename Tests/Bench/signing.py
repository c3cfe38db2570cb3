"""Signs requests by the hundred thousand: the header form of Signature Version 4, for paths and queries
that need no encoding, in a few microseconds each. `check` compares it with botocore's, so that a mistake
here ends the run instead of measuring refusals."""

import datetime
import functools
import hashlib
import hmac
import struct
import urllib.parse

from programs import ADMIN, REGION
from wire import signed

UNSIGNED = "UNSIGNED-PAYLOAD"
ANY = -1


@functools.cache
def sha256(data):
    return hashlib.sha256(data).hexdigest()


@functools.cache
def signing_key(date):
    key = f"AWS4{ADMIN.secret}".encode()
    for part in (date, REGION, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def head(server, method, target, payload, length=None, at=None):
    """A signed request's head. `payload` is what goes into x-amz-content-sha256; the query's names are sorted."""
    at = at or datetime.datetime.now(datetime.timezone.utc)
    time, date = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    host = f"{server.host}:{server.port}"
    path, _, query = target.partition("?")
    fields = "host;x-amz-content-sha256;x-amz-date"
    canonical = (
        f"{method}\n{path}\n{query}\nhost:{host}\nx-amz-content-sha256:{payload}\nx-amz-date:{time}\n\n"
        f"{fields}\n{payload}"
    )
    scope = f"{date}/{REGION}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(signing_key(date), text.encode(), "sha256").hex()
    size = "" if length is None else f"Content-Length: {length}\r\n"
    return (
        f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nX-Amz-Date: {time}\r\nX-Amz-Content-SHA256: {payload}\r\n"
        f"Authorization: AWS4-HMAC-SHA256 Credential={ADMIN.key}/{scope}, SignedHeaders={fields}, "
        f"Signature={signature}\r\n{size}\r\n"
    ).encode()


def record(server, method, target, body=b"", answer=ANY, block_bytes=0):
    """A request as `load` reads it: with `body`, or with so many bytes of its block file, unsigned."""
    payload = UNSIGNED if block_bytes else sha256(body)
    has_body = method in ("PUT", "POST")
    length = len(body) + block_bytes if has_body else None
    message = head(server, method, target, payload, length) + body
    return struct.pack("<Iqq", len(message), block_bytes, answer) + message


def check(server):
    """Fails unless botocore signs the same request to the same signature."""
    at = datetime.datetime.now(datetime.timezone.utc)
    for method, target, body in (
        ("PUT", "/bucket/some/key-1.bin", b"body"),
        ("GET", "/bucket?list-type=2&max-keys=1000&prefix=" + urllib.parse.quote("a/b", safe=""), b""),
    ):
        ours = head(server, method, target, sha256(body), at=at).decode()
        theirs = signed(server, method, target, body, at=at.replace(tzinfo=None)).header("Authorization")
        assert theirs.rpartition("Signature=")[2] in ours, f"{method} {target} is signed wrongly:\n{ours}\n{theirs}"
