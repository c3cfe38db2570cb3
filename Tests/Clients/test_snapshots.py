"""Snapshots through the admin routes: what comes back, what they cost, and what happens meanwhile."""

import contextlib
import json
import os
import pathlib
import threading
import urllib.error

import botocore.exceptions
import pytest

import wire
from conftest import client_of
from programs import FakeStore, count

MIB = 1 << 20


@pytest.fixture
def store(tmp_path):
    with FakeStore("--bucket", "bills", data=tmp_path / "data") as running:
        running.data = tmp_path / "data"
        yield running


def refused(server, path, method="GET", body=None):
    with pytest.raises(urllib.error.HTTPError) as failure:
        server.admin(path, method, body)
    with failure.value as answer:
        return answer.code, json.loads(answer.read())["error"]


def contents(server):
    """The objects of all buckets as a client sees them."""
    s3 = client_of(server.url)
    seen = {}
    for bucket in s3.list_buckets()["Buckets"]:
        for entry in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            answer = s3.get_object(Bucket=bucket["Name"], Key=entry["Key"])
            told = [answer[name] for name in ["ETag", "Metadata", "LastModified"]]
            seen[bucket["Name"], entry["Key"]] = (answer["Body"].read(), *told)
    return seen


def test_brings_back_buckets_objects_policies_and_uploads(store):
    s3 = client_of(store.url)
    large = os.urandom(MIB)
    s3.put_object(Bucket="bills", Key="small", Body=b"first", Metadata={"cycle": "2026-10"})
    s3.put_object(Bucket="bills", Key="large", Body=large)
    upload = s3.create_multipart_upload(Bucket="bills", Key="parts")["UploadId"]
    part = s3.upload_part(Bucket="bills", Key="parts", UploadId=upload, PartNumber=1, Body=large)
    before = contents(store)

    made = store.admin("snapshots/start", "PUT")
    assert (made["name"], made["buckets"], made["objects"], made["uploads"]) == ("start", 1, 2, 1)
    assert made["bytes"] == 2 * MIB + 5
    assert store.admin("snapshots/start") == made and store.admin("snapshots")["snapshots"] == [made]

    s3.put_object(Bucket="bills", Key="small", Body=b"second")
    s3.delete_object(Bucket="bills", Key="large")
    s3.put_object(Bucket="bills", Key="another", Body=large[::-1])
    s3.abort_multipart_upload(Bucket="bills", Key="parts", UploadId=upload)
    s3.create_bucket(Bucket="later")
    s3.put_object(Bucket="later", Key="x", Body=b"x")
    world = store.admin("world?secrets=true")
    world["accounts"][0]["users"].append({"name": "intruder"})
    store.admin("world", "PUT", world)

    store.admin("snapshots/start/restore", "POST")
    assert contents(store) == before
    assert [user["name"] for user in store.admin("world")["accounts"][0]["users"]] == ["admin"]
    with pytest.raises(botocore.exceptions.ClientError) as failure:
        s3.head_bucket(Bucket="later")
    assert failure.value.response["Error"]["Code"] == "404"
    # The upload goes on where it was.
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket="bills", Key="parts", UploadId=upload, MultipartUpload=parts)
    assert s3.get_object(Bucket="bills", Key="parts")["Body"].read() == large
    # As often as one likes.
    store.admin("snapshots/start/restore", "POST")
    assert contents(store) == before


def test_large_contents_are_shared(store):
    s3 = client_of(store.url)
    for index in range(4):
        s3.put_object(Bucket="bills", Key=f"{index}", Body=bytes([index]) * 8 * MIB)

    def used():
        # A file with several names counts once.
        sizes = {(s := p.lstat()).st_ino: s.st_blocks * 512 for p in store.data.rglob("*") if p.is_file()}
        return sum(sizes.values())

    before = used()
    for index in range(5):
        store.admin(f"snapshots/s{index}", "PUT")
    assert used() - before < 2 * MIB
    # Only the last name takes the bytes along.
    s3.delete_object(Bucket="bills", Key="0")
    store.admin("snapshots/s0", "DELETE")
    store.admin("snapshots/s4/restore", "POST")
    assert s3.get_object(Bucket="bills", Key="0")["Body"].read() == bytes(8 * MIB)
    for index in range(1, 5):
        store.admin(f"snapshots/s{index}", "DELETE")
    assert used() - before < MIB and store.admin("snapshots") == {"snapshots": []}


@pytest.mark.parametrize("sync", ["normal", "full"])
def test_survive_a_kill(tmp_path, sync):
    data = tmp_path / "data"
    with FakeStore("--bucket", "bills", "--sync", sync, data=data) as server:
        client_of(server.url).put_object(Bucket="bills", Key="a", Body=b"kept" * MIB)
        server.admin("snapshots/one", "PUT")
        before = contents(server)
        client_of(server.url).put_object(Bucket="bills", Key="a", Body=b"other" * MIB)
        server.kill()
    # What a crash in the middle of making, replacing or removing one leaves.
    for name in ["incoming", "removed", "one@0"]:
        (data / "snapshots" / name).mkdir()
    with FakeStore("--sync", sync, data=data) as server:
        assert [s["name"] for s in server.admin("snapshots")["snapshots"]] == ["one"]
        assert [p.name for p in (data / "snapshots").iterdir()] == ["one@1"]
        # New contents must not take the place of those that only the snapshot has.
        for index in range(3):
            client_of(server.url).put_object(Bucket="bills", Key=f"new{index}", Body=bytes([index]) * MIB)
        server.admin("snapshots/one/restore", "POST")
        assert contents(server) == before
        server.kill()
    with FakeStore(data=data) as server:
        assert contents(server) == before


def test_a_name_can_be_given_again(store):
    s3 = client_of(store.url)
    for body in [b"one", b"two"]:
        s3.put_object(Bucket="bills", Key="a", Body=body)
        assert store.admin("snapshots/same", "PUT")["objects"] == 1
    s3.delete_object(Bucket="bills", Key="a")
    store.admin("snapshots/same/restore", "POST")
    assert s3.get_object(Bucket="bills", Key="a")["Body"].read() == b"two"
    assert [p.name for p in (store.data / "snapshots").iterdir()] == ["same@2"]


def test_outlive_a_reset_which_they_undo(store):
    client_of(store.url).put_object(Bucket="bills", Key="a", Body=b"x" * MIB)
    before = contents(store)
    store.admin("snapshots/full", "PUT")
    store.admin("reset", "POST")
    assert contents(store) == {}
    client_of(store.url).put_object(Bucket="bills", Key="c", Body=b"y" * MIB)
    store.admin("snapshots/full/restore", "POST")
    assert contents(store) == before


def test_time_goes_on_and_the_journal_too(store):
    s3 = client_of(store.url)
    first = s3.put_object(Bucket="bills", Key="a", Body=b"1")
    store.admin("snapshots/s", "PUT")
    store.admin("faults", "POST", {"do": "expire-token", "match": {"key": "never"}})
    store.admin("clock", "POST", {"offsetSeconds": 7200})
    requests = len(store.journal())
    store.admin("snapshots/s/restore", "POST")
    assert len(store.journal()) == requests
    assert len(store.admin("faults")["faults"]) == 1
    assert store.admin("clock", "POST", {"offsetSeconds": 7200})["offsetSeconds"] == 7200
    assert s3.head_object(Bucket="bills", Key="a")["ETag"] == first["ETag"]


@pytest.mark.parametrize("name", [".hidden", "a%20b", "a@1", "x" * 65, "a/b", "%C3%BC", "..", "a/../b"])
def test_refuses_names(store, name):
    status, words = refused(store, f"snapshots/{name}", "PUT")
    assert (status, "is no name of a snapshot" in words) == (400, True)


def test_takes_every_name_that_is_one(store):
    for name in ["a", "A-b_c.1", "x" * 64, "0"]:
        assert store.admin(f"snapshots/{name}", "PUT")["name"] == name
    assert [s["name"] for s in store.admin("snapshots")["snapshots"]] == sorted(["a", "A-b_c.1", "x" * 64, "0"])


def test_what_is_not_there_is_404(store):
    for path, method in [("no", "GET"), ("no", "DELETE"), ("no/restore", "POST")]:
        assert refused(store, f"snapshots/{path}", method) == (404, "there is no snapshot `no`")


def test_requests_meet_the_one_or_the_other(store):
    """Readers see a constant object all the time, and writers' objects are whole, while snapshots come and go."""
    s3 = client_of(store.url)
    constant = os.urandom(100_000)
    s3.put_object(Bucket="bills", Key="constant", Body=constant)
    for index in range(200):
        s3.put_object(Bucket="bills", Key=f"o/{index:03}", Body=bytes([index]) * (index * 300))
    store.admin("snapshots/s", "PUT")
    ended, failures = threading.Event(), []

    def read():
        with wire.Connection(store) as connection:
            while not ended.is_set():
                answer = connection.exchange(wire.signed(store, "GET", "/bills/constant"))
                if answer.body != constant:
                    failures.append((answer.status, answer.body[:300]))

    def list_all():
        with wire.Connection(store) as connection:
            while not ended.is_set():
                answer = connection.exchange(wire.signed(store, "GET", "/bills?list-type=2&prefix=o%2F"))
                if (answer.status, answer.body.count(b"<Key>")) != (200, 200):
                    failures.append((answer.status, answer.body[:300]))

    def write(writer):
        with wire.Connection(store) as connection:
            number = 0
            while not ended.is_set():
                number += 1
                answer = connection.exchange(
                    wire.signed(store, "PUT", f"/bills/w/{writer}-{number % 5}", bytes([number % 256]) * 50_000)
                )
                if answer.status != 200:
                    failures.append((answer.status, answer.body[:300]))

    threads = [threading.Thread(target=read), threading.Thread(target=list_all)]
    threads += [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in threads:
        thread.start()
    for index in range(count(5, 100)):
        store.admin("snapshots/s/restore", "POST")
        store.admin(f"snapshots/t{index % 3}", "PUT")
    ended.set()
    for thread in threads:
        thread.join()
    assert failures == []
    for (_, key), (body, *_) in contents(store).items():
        assert len(set(body)) == 1 or key == "constant" or not body
    store.admin("snapshots/s/restore", "POST")
    assert len(contents(store)) == 201
    # Nothing is left over: every file in place is known to the catalog.
    store.admin("reset", "POST")
    for snapshot in store.admin("snapshots")["snapshots"]:
        store.admin(f"snapshots/{snapshot['name']}", "DELETE")
    store.terminate()
    left = [p for p in pathlib.Path(store.data / "contents").rglob("*") if p.is_file()]
    assert left == []


def test_a_kill_in_the_middle_leaves_the_one_or_the_other(tmp_path):
    data = tmp_path / "data"
    # In the catalog and in files, by turns.
    states = {name: [name.encode() * (100 if index % 2 else 20_000) for index in range(40)] for name in "ab"}

    def bodies(server):
        with wire.Connection(server) as connection:
            return [
                connection.exchange(wire.signed(server, "GET", f"/bills/{index:02}")).body for index in range(40)
            ]

    with FakeStore("--bucket", "bills", data=data) as server:
        for name, state in states.items():
            for index, body in enumerate(state):
                assert wire.call(server, "PUT", f"/bills/{index:02}", body).status == 200
            server.admin(f"snapshots/{name}", "PUT")
        server.kill()
    rounds = count(4, 60)
    for index in range(rounds):
        with FakeStore(data=data) as server:
            assert bodies(server) in states.values()
            assert [s["name"] for s in server.admin("snapshots")["snapshots"] if len(s["name"]) == 1] == ["a", "b"]
            answered, started = threading.Event(), threading.Barrier(2)

            def change():
                started.wait()
                with contextlib.suppress(OSError, urllib.error.URLError):
                    for step in range(1_000):
                        server.admin(f"snapshots/{'ab'[step % 2]}/restore", "POST")
                        answered.set()
                        server.admin("snapshots/more", "PUT")

            thread = threading.Thread(target=change)
            thread.start()
            started.wait()
            answered.wait()
            # Anywhere in what follows the first answer.
            threading.Event().wait(0.03 * index / rounds)
            server.kill()
            thread.join()
    with FakeStore(data=data) as server:
        assert bodies(server) in states.values()
        for name in ["a", "b"]:
            server.admin(f"snapshots/{name}/restore", "POST")
            assert bodies(server) == states[name]
