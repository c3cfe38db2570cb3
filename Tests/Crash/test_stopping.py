"""SIGTERM and SIGINT: what is under way is finished, nothing new begins, and the exit status is 0."""

import dataclasses
import signal
import socket

import pytest

from programs import FakeStore
from wire import Connection, call, signed

BUCKET = "bucket"


def wait_until_refused(server):
    """Waits until the server takes no new connections; for half a minute at most."""
    for _ in range(3_000):
        try:
            with socket.create_connection((server.host, server.port), timeout=10) as probe:
                # A connection that was still queued is closed when the listener is.
                probe.settimeout(0.01)
                try:
                    if probe.recv(1) == b"":
                        return
                except TimeoutError:
                    pass
        except (ConnectionRefusedError, ConnectionResetError):
            return
    raise AssertionError("the server still takes connections")


@pytest.fixture(params=[signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def stop(request):
    return request.param


@pytest.mark.parametrize("size", [10_000, 3_000_000])
def test_finishes_an_upload(tmp_path, stop, size):
    data = tmp_path / "data"
    body = bytes(i * 13 % 251 for i in range(size))
    with FakeStore(data=data) as server:
        call(server, "PUT", f"/{BUCKET}")
        with Connection(server) as connection:
            message = signed(server, "PUT", f"/{BUCKET}/a", body)
            # `100 Continue` is the sign that the upload has begun.
            message.headers.append(("Expect", "100-continue"))
            connection.send(dataclasses.replace(message, body=b"").bytes())
            assert connection.stream.readline() == b"HTTP/1.1 100 Continue\r\n"
            assert connection.stream.readline() == b"\r\n"
            connection.send(body[: size // 2])
            server.process.send_signal(stop)
            wait_until_refused(server)
            assert server.process.poll() is None, "it must wait for the upload"
            connection.send(body[size // 2 :])
            answer = connection.answer()
            assert answer.status == 200
            assert connection.is_closed_by_peer()
        assert server.process.wait(timeout=10) == 0
    with FakeStore(data=data) as server:
        assert call(server, "GET", f"/{BUCKET}/a").body == body


def test_finishes_a_download(stop):
    body = bytes(i * 13 % 251 for i in range(30_000_000))
    with FakeStore() as server:
        call(server, "PUT", f"/{BUCKET}")
        assert call(server, "PUT", f"/{BUCKET}/a", body).status == 200
        with Connection(server) as connection:
            connection.send(signed(server, "GET", f"/{BUCKET}/a").bytes())
            assert connection.stream.read(15) == b"HTTP/1.1 200 OK"
            server.process.send_signal(stop)
            wait_until_refused(server)
            rest = connection.stream.read()
            assert rest.endswith(body[-1000:]) and rest[rest.index(b"\r\n\r\n") + 4 :] == body
        assert server.process.wait(timeout=10) == 0


def test_does_not_wait_for_idle_connections(stop):
    with FakeStore() as server, Connection(server) as silent, Connection(server) as used:
        assert used.exchange(signed(server, "GET", "/")).status == 200
        server.process.send_signal(stop)
        assert server.process.wait(timeout=5) == 0
        assert silent.is_closed_by_peer() and used.is_closed_by_peer()
