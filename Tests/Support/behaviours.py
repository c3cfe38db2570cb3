"""What every client must be able to do, one function each, and how the journal shows that it did.

`BEHAVIOURS` is the table. A client's file ends with `test_behaves = behaviours.of(TheClient)`, which makes
one test of each behaviour that the client has the methods for. Objects are made and looked at by requests
of our own, so that a client never judges itself.
"""

import collections
import contextlib
import hashlib
import os
import random
import re
import urllib.parse

import pytest

from clients import SIGNED, Place
from odd_keys import ODD_KEYS
from programs import ADMIN, Credentials
from wire import Connection, call, encoded, signed

MIB = 1 << 20
LARGE = 20 * MIB


class Trial:
    """One client before one empty bucket."""

    def __init__(self, cls, server, bucket, folder):
        self.cls, self.server, self.bucket, self.folder = cls, server, bucket, folder
        self.client = self.client_with(ADMIN)

    def client_with(self, credentials):
        return self.cls.at(Place(self.server.url, self.bucket, credentials, self.folder))

    def seed(self, objects):
        """Puts objects there, by key."""
        with Connection(self.server) as connection:
            for key, content in objects.items():
                path = f"/{self.bucket}/{encoded(key)}"
                assert connection.exchange(signed(self.server, "PUT", path, content)).status == 200

    def stored(self, key):
        """An object's content and ETag; None if there is none."""
        answer = call(self.server, "GET", f"/{self.bucket}/{encoded(key)}")
        return (answer.body, answer.header("ETag")) if answer.status == 200 else None

    def keys(self):
        """The keys that are there."""
        answer = call(self.server, "GET", f"/{self.bucket}?encoding-type=url&list-type=2")
        names = re.findall("<Key>(.*?)</Key>", answer.body.decode())
        return [urllib.parse.unquote_plus(name) for name in names]

    @contextlib.contextmanager
    def watched(self):
        """The requests for this bucket that are made within the block."""
        seen = Seen(self.client)
        before = len(self.server.journal(bucket=self.bucket))
        yield seen
        seen += self.server.journal(bucket=self.bucket)[before:]


class Seen(list):
    """Entries of the journal."""

    def __init__(self, client):
        self.client = client

    def of(self, operation):
        return [entry for entry in self if entry["operation"] == operation]

    def counts(self):
        return collections.Counter(entry["operation"] for entry in self)

    def statuses(self, operation):
        return [entry["status"] for entry in self.of(operation)]


def payload(entry):
    """How the body is vouched for."""
    kind = entry["headers"].get("x-amz-content-sha256", "")
    return SIGNED if re.fullmatch("[0-9a-f]{64}", kind) else kind


def is_digested(entry, field):
    """Whether the body is checked by this field, in the head or behind the body."""
    headers = entry["headers"]
    return field in headers or field in headers.get("x-amz-trailer", "").split(",")


def made(size, seed=1):
    """Content that no two places of are alike."""
    return random.Random(seed).randbytes(size)


def failing(function, *arguments):
    """What the client tells its user of a call that must fail."""
    with pytest.raises(Exception) as failure:
        function(*arguments)
    return f"{type(failure.value).__name__}: {failure.value}"


# The behaviours


def puts_and_gets(trial):
    content = made(100_000)
    with trial.watched() as seen:
        trial.client.put("a/small.bin", content)
    stored, etag = trial.stored("a/small.bin")
    assert stored == content
    assert trial.client.get("a/small.bin") == content
    [put] = seen.of(trial.client.put_call)
    assert payload(put) == trial.client.put_payload
    if put["operation"] == "PutObject":
        assert etag == f'"{hashlib.md5(content).hexdigest()}"'


def uploads_in_parts(trial):
    content = made(LARGE)
    path = trial.folder / "large.bin"
    path.write_bytes(content)
    with trial.watched() as seen:
        trial.client.upload("a/large.bin", path)
    stored, etag = trial.stored("a/large.bin")
    assert hashlib.sha256(stored).digest() == hashlib.sha256(content).digest()
    assert re.fullmatch(f'"[0-9a-f]{{32}}-{trial.client.parts}"', etag)
    counts = seen.counts()
    assert (counts["CreateMultipartUpload"], counts["CompleteMultipartUpload"]) == (1, 1), counts
    assert seen.statuses("UploadPart") == [200] * trial.client.parts
    assert "PutObject" not in counts
    assert {payload(part) for part in seen.of("UploadPart")} == {trial.client.part_payload}
    if trial.client.digest:
        assert all(is_digested(part, trial.client.digest) for part in seen.of("UploadPart"))
    if hasattr(trial.client, "get"):
        back = trial.client.get("a/large.bin")
        assert hashlib.sha256(back).digest() == hashlib.sha256(content).digest()


def reads_ranges(trial):
    content = made(MIB)
    trial.seed({"ranges.bin": content})
    ranges = [(0, 1), (10, 20), (65_535, 65_537), (MIB - 1, MIB), (0, MIB)]
    if trial.client.reads_to_the_end:
        ranges = [(1, MIB), (65_537, MIB), (MIB - 1, MIB)]
    for start, end in ranges:
        with trial.watched() as seen:
            assert trial.client.get_range("ranges.bin", start, end) == content[start:end]
        gets = seen.of("GetObject")
        assert gets and all("range" in get["headers"] for get in gets), (start, end)
        assert {get["status"] for get in gets} == {206}, (start, end)
        assert sum(get["bytesOut"] for get in gets) == end - start


def creates_only_once(trial):
    with trial.watched() as seen:
        trial.client.create("once", b"first")
        said = failing(trial.client.create, "once", b"second")
    assert re.search(trial.client.says_exists, said), said
    assert trial.stored("once")[0] == b"first"
    assert {put["headers"].get("if-none-match") for put in seen.of("PutObject")} == {"*"}
    assert seen.statuses("PutObject") == [200, 412]


def copies_on_the_server(trial):
    content = made(300_000)
    trial.seed({"from/a b+c%.bin": content})
    with trial.watched() as seen:
        trial.client.copy("from/a b+c%.bin", "to/ü.bin")
    assert trial.stored("to/ü.bin")[0] == content
    assert trial.stored("from/a b+c%.bin")[0] == content
    assert seen.of("CopyObject") or seen.of("UploadPartCopy")
    assert not seen.of("GetObject") and not seen.of("PutObject")


def lists_odd_keys(trial):
    keys = [key for key in ODD_KEYS if trial.client.lists(key)]
    trial.seed({key: b"x" for key in keys})
    assert sorted(trial.client.list(), key=str.encode) == sorted(keys, key=str.encode)


def lists_page_after_page(trial):
    # A continuation after a name outside ASCII has been a 500 on other servers.
    keys = [f"grüße/{index:04}" for index in range(1_005)]
    trial.seed(dict.fromkeys(keys + ["z/other"], b""))
    with trial.watched() as seen:
        assert trial.client.list("grüße/") == keys
    assert seen.statuses(trial.client.list_call) == [200, 200]


def keeps_odd_keys_apart(trial):
    keys = [key for key in trial.client.odd_keys if trial.client.speaks(key)]
    for key in keys:
        trial.client.put(key, key.encode())
    for key in keys:
        assert trial.stored(key) is not None, f"{key!r} is not there, but {trial.keys()}"
        assert trial.stored(key)[0] == key.encode()
        assert trial.client.get(key) == key.encode(), key
    for key in keys:
        trial.client.delete(key)
        assert trial.stored(key) is None, key
    left = trial.keys()
    assert not left or trial.client.leaves_folders and all(key.endswith("/") for key in left), left


def tells_a_wrong_secret(trial):
    trial.seed({"secret": b"x"})
    with contextlib.closing(trial.client_with(Credentials(ADMIN.key, "not the secret"))) as stranger:
        said = failing(stranger.put, "mine", b"x")
        assert re.search(stranger.says_wrong_secret, said), said
        said = failing(stranger.get, "secret")
        assert re.search(stranger.says_wrong_secret_on_get or stranger.says_wrong_secret, said), said
    assert trial.keys() == ["secret"]


def tells_what_is_missing(trial):
    said = failing(trial.client.get, "there is no such key")
    assert re.search(trial.client.says_missing, said), said


def deletes(trial):
    trial.seed({"a/b": b"x", "a/c": b"x"})
    trial.client.delete("a/b")
    left = trial.keys()
    assert left == (["a/", "a/c"] if trial.client.leaves_folders else ["a/c"])


def synchronises_once(trial):
    # Times, sizes and ETags must be exact enough for the client to see that all is there already.
    tree = trial.folder / "tree"
    files = {"a.csv": b"1,2\n", "empty": b"", "deep/er/b.bin": made(100_000), "ü b+c": b"x"}
    for name, content in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
        # Before the time of upload by more than the second that S3's times are exact to.
        os.utime(tree / name, (1_700_000_000, 1_700_000_000))
    trial.client.sync(tree, "tree/")
    assert {name: trial.stored(f"tree/{name}")[0] for name in files} == files
    with trial.watched() as seen:
        trial.client.sync(tree, "tree/")
    assert {entry["method"] for entry in seen} <= {"GET", "HEAD"}


# Each with the methods it needs.
BEHAVIOURS = [
    (puts_and_gets, "put", "get"),
    (uploads_in_parts, "upload"),
    (reads_ranges, "get_range"),
    (creates_only_once, "create"),
    (copies_on_the_server, "copy"),
    (lists_odd_keys, "list"),
    (lists_page_after_page, "list"),
    (keeps_odd_keys_apart, "put", "get", "delete"),
    (tells_a_wrong_secret, "put", "get"),
    (tells_what_is_missing, "get"),
    (deletes, "delete"),
    (synchronises_once, "sync"),
]


def of(cls):
    """The tests of a client: all that it has the methods for."""
    asked = [behaviour for behaviour, *methods in BEHAVIOURS if cls.can(*methods)]

    @pytest.mark.parametrize("behaviour", asked, ids=lambda behaviour: behaviour.__name__)
    def test(behaviour, server, bucket, tmp_path):
        if not hasattr(server, "journal"):
            pytest.skip("only fakestore's journal tells what the client did")
        trial = Trial(cls, server, bucket, tmp_path)
        with contextlib.closing(trial.client):
            behaviour(trial)

    return test
