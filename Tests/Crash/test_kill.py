"""The server is killed in the middle of a mixed load: what it acknowledged is there, whole, afterwards."""

import dataclasses
import hashlib
import http.client
import os
import pathlib
import random
import threading

import pytest

import conftest
from programs import FakeStore, count
from wire import Connection, call, signed

BUCKET = "survivors"
CLIENTS = 8
KEYS_PER_CLIENT = 10
# Below and above 16 KiB, where a content moves from the catalog into a file of its own.
SIZES = [0, 1, 100, 5_000, 16_384, 16_385, 70_000, 400_000]


@dataclasses.dataclass(frozen=True)
class Version:
    """What a key holds. Its bytes follow from its number, so that nothing needs to be remembered."""

    number: int
    size: int

    @property
    def body(self):
        return random.Random(self.number).randbytes(self.size)

    @property
    def etag(self):
        return f'"{hashlib.md5(self.body).hexdigest()}"'

    def headers(self):
        return {"x-amz-meta-number": str(self.number), "x-amz-meta-size": str(self.size)}


class Ledger:
    """What the clients know: per key the acknowledged version, and the one that nobody answered for."""

    def __init__(self):
        self.acknowledged = {}
        self.open = {}
        self.answers = 0
        self.wrong = []
        self._numbers = 0
        self._lock = threading.Lock()
        self._enough = threading.Condition(self._lock)

    def number(self):
        with self._lock:
            self._numbers += 1
            return self._numbers

    def begin(self, key, version):
        self.open[key] = version

    def end(self, key, version):
        self.acknowledged[key] = version
        del self.open[key]
        self.count()

    def forget(self, key):
        del self.open[key]
        self.count()

    def count(self):
        with self._lock:
            self.answers += 1
            self._enough.notify()

    def wait_for(self, answers):
        with self._lock:
            reached = self._enough.wait_for(lambda: self.answers >= answers or self.wrong, timeout=60)
            assert reached, "the load does not go on"


def client(server, ledger, index, choices):
    """Works on keys of its own until the connection breaks."""
    keys = [f"client {index}/{number}" for number in range(KEYS_PER_CLIENT)]
    paths = {key: f"/{BUCKET}/{key.replace(' ', '%20')}" for key in keys}
    try:
        with Connection(server) as connection:
            while True:
                key = choices.choice(keys)
                held = ledger.acknowledged.get(key)
                kind = choices.choices(["put", "create", "replace", "delete", "get"], [40, 15, 15, 10, 20])[0]
                if kind == "get":
                    answer = connection.exchange(signed(server, "GET", paths[key]))
                    ledger.count()
                    if (answer.status, answer.body) != ((200, held.body) if held else (404, answer.body)):
                        ledger.wrong.append((key, kind, held, answer.status))
                    continue
                if kind == "delete":
                    ledger.begin(key, None)
                    answer = connection.exchange(signed(server, "DELETE", paths[key]))
                    if answer.status != 204:
                        ledger.wrong.append((key, kind, held, answer))
                    ledger.end(key, None)
                    continue
                version = Version(ledger.number(), choices.choice(SIZES))
                headers = version.headers()
                succeeds = True
                if kind == "create":
                    headers["If-None-Match"] = "*"
                    succeeds = held is None
                elif kind == "replace":
                    headers["If-Match"] = held.etag if held else '"0"'
                    succeeds = held is not None
                message = signed(server, "PUT", paths[key], version.body, headers=headers)
                ledger.begin(key, version)
                answer = connection.exchange(message)
                if (answer.status == 200) != succeeds:
                    ledger.wrong.append((key, kind, held, answer))
                if answer.status == 200:
                    ledger.end(key, version)
                else:
                    ledger.forget(key)
    except (OSError, http.client.HTTPException):
        return  # the end of the server as a client sees it: reset, closed, or half an answer
    except Exception as error:
        ledger.wrong.append(repr(error))
        raise


def check(server, ledger):
    """Compares everything with the ledger, by GET, HEAD and listing; settles what was open."""
    listed = {}
    pages = conftest.client_of(server.url).get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    for page in pages:
        listed |= {entry["Key"]: entry for entry in page.get("Contents", [])}
    keys = {f"client {i}/{n}" for i in range(CLIENTS) for n in range(KEYS_PER_CLIENT)}
    assert set(listed) <= keys
    with Connection(server) as connection:
        for key in sorted(keys):
            allowed = [ledger.acknowledged.get(key)]
            if key in ledger.open:
                allowed.append(ledger.open.pop(key))
            path = f"/{BUCKET}/{key.replace(' ', '%20')}"
            got = connection.exchange(signed(server, "GET", path))
            head = connection.exchange(signed(server, "HEAD", path))
            if got.status == 404:
                assert None in allowed, f"{key} is lost: {allowed}"
                assert head.status == 404 and key not in listed
                ledger.acknowledged[key] = None
                continue
            assert (got.status, head.status) == (200, 200), key
            seen = Version(int(got.header("x-amz-meta-number")), int(got.header("x-amz-meta-size")))
            assert seen in allowed, f"{key}: {seen} instead of {allowed}"
            assert got.body == seen.body, f"{key} is torn"
            for answer in (got, head):
                assert answer.header("ETag") == seen.etag
                assert answer.header("Content-Length") == str(seen.size)
                assert answer.header("x-amz-meta-number") == str(seen.number)
            assert (listed[key]["ETag"], listed[key]["Size"]) == (seen.etag, seen.size)
            ledger.acknowledged[key] = seen


def content_files(data):
    """Every file that holds an object's content, or a piece of one."""
    return [f for f in (data / "contents").rglob("*") if f.is_file()]


def test_keeps_what_it_acknowledged(tmp_path):
    data = tmp_path / "data"
    ledger = Ledger()
    choices = random.Random(20261124)
    rounds = count(20, 200)
    for round_ in range(rounds):
        # Every fifth round with fsync, which commits in another way.
        sync = "full" if round_ % 5 == 4 else "normal"
        with FakeStore("-q", "--sync", sync, data=data) as server:
            if round_ == 0:
                assert call(server, "PUT", f"/{BUCKET}").status == 200
            check(server, ledger)
            workers = [
                threading.Thread(
                    target=client, args=(server, ledger, index, random.Random(choices.random()))
                )
                for index in range(CLIENTS)
            ]
            for worker in workers:
                worker.start()
            # After so many answers, which is in the middle of other requests.
            ledger.wait_for(ledger.answers + choices.randrange(1, 400))
            server.kill()
            for worker in workers:
                worker.join()
            assert ledger.wrong == [], f"round {round_}"
    with FakeStore("-q", data=data) as server:
        check(server, ledger)
        assert server.terminate() == 0
    # Nothing is left of what was cut: as many files as objects that need one.
    large = [version for version in ledger.acknowledged.values() if version and version.size > 16_384]
    left = content_files(data)
    assert sorted(f.stat().st_size for f in left) == sorted(version.size for version in large)


@pytest.mark.parametrize("sent", [1, 20_000, 4_999_999])
def test_removes_the_piece_of_an_upload_that_was_cut(tmp_path, sent):
    data = tmp_path / "data"
    body = os.urandom(5_000_000)
    with FakeStore(data=data) as server:
        call(server, "PUT", f"/{BUCKET}")
        call(server, "PUT", f"/{BUCKET}/before", b"x" * 100_000)
        with Connection(server) as connection:
            message = signed(server, "PUT", f"/{BUCKET}/cut", body)
            connection.send(dataclasses.replace(message, body=body[:sent]).bytes())
            # Another request's answer tells that the server is at work.
            assert call(server, "GET", f"/{BUCKET}/before").status == 200
            server.kill()
    with FakeStore(data=data) as server:
        assert call(server, "GET", f"/{BUCKET}/cut").status == 404
        assert call(server, "GET", f"/{BUCKET}/before").body == b"x" * 100_000
        assert [f.stat().st_size for f in content_files(data)] == [100_000]


def test_keeps_a_stopped_servers_data(tmp_path):
    data = tmp_path / "data"
    with FakeStore(data=data) as server:
        call(server, "PUT", f"/{BUCKET}")
        etag = call(server, "PUT", f"/{BUCKET}/a", b"kept").header("ETag")
        assert server.terminate() == 0
    with FakeStore(data=data) as server:
        got = call(server, "GET", f"/{BUCKET}/a")
        assert (got.body, got.header("ETag")) == (b"kept", etag)


def test_leaves_nothing_behind_without_a_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with FakeStore() as server:
        call(server, "PUT", f"/{BUCKET}")
        call(server, "PUT", f"/{BUCKET}/a", b"x" * 100_000)
        assert server.terminate() == 0
    assert list(pathlib.Path(tmp_path).iterdir()) == []
