"""Many clients want the same key at the same moment: exactly one gets it."""

import base64
import collections
import hashlib
import threading

import pytest

import conftest
from programs import count
from wire import Connection, call, signed

CONTENDERS = 64


@pytest.fixture
def connections(server):
    """Connections that are open before the race begins."""
    opened = [Connection(server) for _ in range(CONTENDERS)]
    yield opened
    for connection in opened:
        connection.close()


def race(connections, messages):
    """Sends all messages at once: first everything but the last byte of each, then the last bytes."""
    sent = [message.bytes() for message in messages]
    for connection, data in zip(connections, sent, strict=True):
        connection.send(data[:-1])
    for connection, data in zip(connections, sent, strict=True):
        connection.send(data[-1:])
    return [connection.answer() for connection in connections]


def contender_body(round_, index):
    # Every third round has bodies that are too large for a catalog row, and go into files.
    return f"round {round_}, contender {index}\n".encode() * (1000 if round_ % 3 == 2 else 1)


def assert_one_winner(answers, lost):
    statuses = collections.Counter(answer.status for answer in answers)
    assert statuses[200] == 1, statuses
    assert set(statuses) <= {200, *lost}, statuses
    return next(index for index, answer in enumerate(answers) if answer.status == 200)


def test_create_only_puts_have_exactly_one_winner(server, bucket, connections):
    for round_ in range(count(50, 1000)):
        bodies = [contender_body(round_, index) for index in range(CONTENDERS)]
        messages = [
            signed(server, "PUT", f"/{bucket}/round-{round_}", body, headers={"If-None-Match": "*"})
            for body in bodies
        ]
        answers = race(connections, messages)
        winner = assert_one_winner(answers, lost={412, 409})
        got = call(server, "GET", f"/{bucket}/round-{round_}")
        assert (got.status, got.body) == (200, bodies[winner])
        assert got.header("ETag") == answers[winner].header("ETag")
        for answer in answers:
            assert answer.code in (None, "PreconditionFailed", "ConditionalRequestConflict"), answer
    page = conftest.client_of(server.url).list_objects_v2(Bucket=bucket)
    assert page["KeyCount"] == count(50, 1000)


def test_replacing_the_known_version_has_exactly_one_winner(server, bucket, connections):
    etag = call(server, "PUT", f"/{bucket}/a", b"first").header("ETag")
    for round_ in range(count(20, 300)):
        bodies = [contender_body(round_, index) for index in range(CONTENDERS)]
        messages = [
            signed(server, "PUT", f"/{bucket}/a", body, headers={"If-Match": etag}) for body in bodies
        ]
        winner = assert_one_winner(race(connections, messages), lost={412, 409})
        got = call(server, "GET", f"/{bucket}/a")
        assert got.body == bodies[winner]
        etag = got.header("ETag")


def test_loses_no_update(server, bucket):
    """Eight clients count with compare-and-swap; every success must be in the sum."""
    call(server, "PUT", f"/{bucket}/counter", b"0")
    wanted, clients, refusals = count(20, 400), 8, []

    def work():
        with Connection(server) as connection:
            done = 0
            while done < wanted:
                now = connection.exchange(signed(server, "GET", f"/{bucket}/counter"))
                body = str(int(now.body) + 1).encode()
                put = signed(
                    server, "PUT", f"/{bucket}/counter", body, headers={"If-Match": now.header("ETag")}
                )
                status = connection.exchange(put).status
                if status == 200:
                    done += 1
                elif status not in (412, 409):
                    refusals.append(status)
                    return

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == []
    assert call(server, "GET", f"/{bucket}/counter").body == str(wanted * clients).encode()


def test_a_reader_sees_one_version_whole(server, bucket):
    """While two bodies replace each other, a reader gets one or the other, with its own headers."""
    bodies = [b"a" * 200_000, b"b" * 150_000, b"c" * 100]
    versions = {hashlib.md5(body).hexdigest(): body for body in bodies}
    puts = [
        signed(server, "PUT", f"/{bucket}/a", body, headers={"x-amz-meta-first": body[:1].decode()})
        for body in bodies
    ]
    for message in puts:
        assert call(server, "PUT", f"/{bucket}/a", message.body).status == 200
    call(server, "PUT", f"/{bucket}/a", bodies[0], headers={"x-amz-meta-first": "a"})
    finished = threading.Event()
    failures = []

    def write():
        with Connection(server) as connection:
            for round_ in range(count(200, 5000)):
                answer = connection.exchange(puts[round_ % len(puts)])
                if answer.status != 200:
                    failures.append(answer)
        finished.set()

    writer = threading.Thread(target=write)
    writer.start()
    read = signed(server, "GET", f"/{bucket}/a")
    with Connection(server) as connection:
        while not finished.is_set():
            got = connection.exchange(read)
            assert got.status == 200
            assert versions[got.header("ETag").strip('"')] == got.body
            assert got.header("x-amz-meta-first") == got.body[:1].decode()
    writer.join()
    assert failures == []


def test_checksums_belong_to_the_version(server, bucket):
    # The value of another body's checksum must never be told for this one.
    body = b"123456789"
    crc = base64.b64encode(bytes.fromhex("cbf43926")).decode()
    call(server, "PUT", f"/{bucket}/a", body, headers={"x-amz-checksum-crc32": crc})
    call(server, "PUT", f"/{bucket}/a", b"other")
    head = call(server, "HEAD", f"/{bucket}/a", headers={"x-amz-checksum-mode": "ENABLED"})
    assert head.header("x-amz-checksum-crc32") != crc
