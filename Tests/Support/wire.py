"""Requests as bytes: signed by botocore, changed by us, sent as they are.

The SDKs can't be made to send a wrong request. Here a request is signed first and taken as a list of
parts, so that a test can alter exactly one byte of one part and leave the signature as it was.
"""

import dataclasses
import datetime
import http.client
import socket
import urllib.parse
import xml.etree.ElementTree
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from programs import ADMIN, REGION

# AWS's rule for paths: unreserved characters and the slash stay, everything else is percent-encoded, once.
UNRESERVED = "-_.~/"


def encoded(text):
    """A key as it goes into a path; control characters and bytes of any kind included."""
    return urllib.parse.quote(text, safe=UNRESERVED)


@dataclasses.dataclass
class Message:
    """A request in its parts. `headers` keeps order and doubles."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""

    def bytes(self):
        head = f"{self.method} {self.target} HTTP/1.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return head.encode("latin-1") + b"\r\n" + self.body

    def header(self, name):
        return next(value for key, value in self.headers if key.lower() == name.lower())

    def with_header(self, name, value):
        """The same message with one header's value replaced, in its place."""
        assert any(key.lower() == name.lower() for key, _ in self.headers), f"no header {name}"
        headers = [(k, value if k.lower() == name.lower() else v) for k, v in self.headers]
        return dataclasses.replace(self, headers=headers)


@dataclasses.dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name):
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, f"{name} is there twice: {values}"
        return values[0] if values else None

    @property
    def error(self):
        """The children of the error document, in order, as (name, text)."""
        root = xml.etree.ElementTree.fromstring(self.body)
        assert root.tag == "Error", self.body
        return [(child.tag, child.text or "") for child in root]

    @property
    def code(self):
        return dict(self.error)["Code"] if self.body else None


def signed(
    server,
    method,
    path,
    body=b"",
    headers=(),
    credentials=ADMIN,
    region=REGION,
    service="s3",
    host=None,
    at=None,
    payload=None,
):
    """A request signed by botocore. `path` is the target as sent: encoded, with its query.

    `at` moves the signer's clock (datetime, UTC); `payload` replaces the body's hash, for example by
    `UNSIGNED-PAYLOAD`.
    """
    host = host or f"{server.host}:{server.port}"
    # Only the headers given and those of the signature: no client's own habits.
    request = botocore.awsrequest.AWSRequest(method=method, url=f"http://{host}{path}", data=body)
    for name, value in dict(headers).items() if isinstance(headers, dict) else headers:
        request.headers.add_header(name, value)
    keys = botocore.credentials.Credentials(credentials.key, credentials.secret, credentials.token)
    signer = botocore.auth.S3SigV4Auth(keys, service, region)
    if payload:
        signer.payload = lambda _: payload
    if at is None:
        signer.add_auth(request)
    else:
        with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: at):
            signer.add_auth(request)
    parts = [("Host", host)] + [(name, str(value)) for name, value in request.headers.items()]
    if body or method in ("PUT", "POST"):
        parts.append(("Content-Length", str(len(body))))
    return Message(method, path, parts, body)


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


class Connection:
    """One keep-alive connection that sends bytes as they are and reads whole answers."""

    def __init__(self, server, seconds=30):
        self.server, self.seconds = server, seconds
        self._open()

    def _open(self):
        self.socket = socket.create_connection((self.server.host, self.server.port), self.seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        self.is_spent = False

    def send(self, data):
        self.socket.sendall(data)

    def answer(self, method="GET"):
        """The next answer; HEAD's has no body whatever its Content-Length says."""

        class Reading:
            makefile = lambda _, *__, **___: _NeverClosed(self.stream)

        response = http.client.HTTPResponse(Reading(), method=method)
        response.begin()
        self.is_spent = response.getheader("Connection") == "close"
        return Answer(response.status, response.getheaders(), response.read())

    def exchange(self, message):
        """Sends a message and reads its answer; on a new connection if the last answer ended the old one,
        as a refusal does whose body the server did not want to read."""
        if self.is_spent:
            self.close()
            self._open()
        self.send(message.bytes())
        return self.answer(message.method)

    def is_closed_by_peer(self):
        """Waits until the other side ends the connection or speaks."""
        try:
            return self.stream.peek(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.stream.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class _NeverClosed:
    """http.client closes its stream after an answer; ours has the next one in it."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def close(self):
        pass


def send(server, message):
    """One request on a connection of its own."""
    with Connection(server) as connection:
        return connection.exchange(message)


def call(server, method, path, body=b"", **options):
    """Signed and sent."""
    return send(server, signed(server, method, path, body, **options))
