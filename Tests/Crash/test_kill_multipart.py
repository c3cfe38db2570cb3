"""The server is killed among multipart uploads: what it acknowledged of them agrees with what is there."""

import hashlib
import random
import threading

import botocore.exceptions

import conftest
from programs import FakeStore, count
from test_kill import content_files

BUCKET = "survivors"
CLIENTS = 4
MIB = 1 << 20
# Below and above 16 KiB, where a content moves from the catalog into a file of its own; and what need not
# be the last part.
SMALL = [1, 100, 16_384, 16_385, 70_000]
LARGE = 5 * MIB
GONE = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)


class Part:
    """The bytes of a part follow from its number, so that nothing needs to be remembered."""

    def __init__(self, seed, size):
        self.seed, self.size = seed, size

    @property
    def body(self):
        return random.Random(self.seed).randbytes(self.size)

    @property
    def etag(self):
        return f'"{hashlib.md5(self.body).hexdigest()}"'

    def __eq__(self, other):
        return (self.seed, self.size) == (other.seed, other.size)


class Client:
    """Works on keys of its own until the connection breaks, and knows what was acknowledged."""

    def __init__(self, index, answers):
        self.prefix, self.answers = f"client {index}/", answers
        self.choices = random.Random(index)
        self.uploads = {}  # id → (key, {number: part})
        self.objects = {}  # key → parts
        self.open = None  # what nobody has answered for
        self.wrong = []
        self.seed = index << 32

    def run(self, s3):
        try:
            while True:
                self.step(s3)
                self.answers.release()
        except GONE:
            return
        except Exception as error:
            self.wrong.append(repr(error))
            self.answers.release()
            raise

    def step(self, s3):
        kind = self.choices.choices(["create", "part", "complete", "abort"], [15, 55, 20, 10])[0]
        if kind == "create" or not self.uploads:
            key = f"{self.prefix}{self.choices.randrange(5)}"
            self.open = ("create", key)
            id_ = s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
            self.uploads[id_] = (key, {})
        else:
            id_ = self.choices.choice(sorted(self.uploads))
            key, parts = self.uploads[id_]
            names = {"Bucket": BUCKET, "Key": key, "UploadId": id_}
            chosen = self.choose(parts)
            if kind == "part" or kind == "complete" and not chosen:
                self.seed += 1
                number = self.choices.randrange(1, 6)
                part = Part(self.seed, LARGE if self.choices.random() < 0.2 else self.choices.choice(SMALL))
                self.open = ("part", id_, number, part)
                s3.upload_part(**names, PartNumber=number, Body=part.body)
                parts[number] = part
            elif kind == "complete":
                self.open = ("complete", id_, key, [parts[number] for number in chosen])
                named = [{"PartNumber": number, "ETag": parts[number].etag} for number in chosen]
                s3.complete_multipart_upload(**names, MultipartUpload={"Parts": named})
                self.completed(*self.open[1:])
            else:
                self.open = ("abort", id_)
                s3.abort_multipart_upload(**names)
                del self.uploads[id_]
        self.open = None

    def choose(self, parts):
        """Numbers that can be completed: large ones, and whatever is behind the last of them."""
        large = [number for number in sorted(parts) if parts[number].size == LARGE]
        last = [number for number in sorted(parts) if number > max(large, default=0)]
        return large + last[:1]

    def completed(self, id_, key, parts):
        del self.uploads[id_]
        self.objects[key] = parts

    def check(self, s3):
        """Compares the server with what was acknowledged, and settles what was open."""
        kind, *open_ = self.open or (None,)
        listed = s3.list_multipart_uploads(Bucket=BUCKET, Prefix=self.prefix).get("Uploads", [])
        there = {upload["UploadId"]: upload["Key"] for upload in listed}
        if kind == "create":
            for id_ in set(there) - set(self.uploads):
                assert there[id_] == open_[0]
                self.uploads[id_] = (open_[0], {})
        if kind == "abort" and open_[0] not in there:
            del self.uploads[open_[0]]
        if kind == "complete" and open_[0] not in there:
            self.completed(*open_)
        assert there == {id_: key for id_, (key, _) in self.uploads.items()}
        for id_, (key, parts) in self.uploads.items():
            found = s3.list_parts(Bucket=BUCKET, Key=key, UploadId=id_).get("Parts", [])
            found = {part["PartNumber"]: (part["ETag"], part["Size"]) for part in found}
            if kind == "part" and open_[0] == id_:
                _, number, part = open_
                if found.get(number) == (part.etag, part.size):
                    parts[number] = part
            assert found == {number: (part.etag, part.size) for number, part in parts.items()}, id_
        for key, parts in self.objects.items():
            got = s3.get_object(Bucket=BUCKET, Key=key)
            assert got["Body"].read() == b"".join(part.body for part in parts), f"{key} is torn"
            digests = b"".join(hashlib.md5(part.body).digest() for part in parts)
            assert got["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-{len(parts)}"'
        pages = s3.list_objects_v2(Bucket=BUCKET, Prefix=self.prefix).get("Contents", [])
        assert {entry["Key"] for entry in pages} == set(self.objects)
        self.open = None

    @property
    def sizes(self):
        """How large every content is that is expected to be there."""
        return [sum(part.size for part in parts) for parts in self.objects.values()] + [
            part.size for _, parts in self.uploads.values() for part in parts.values()
        ]


def test_keeps_what_it_acknowledged_of_uploads(tmp_path):
    data = tmp_path / "data"
    answers = threading.Semaphore(0)
    clients = [Client(index, answers) for index in range(CLIENTS)]
    choices = random.Random(20261124)
    for round_ in range(count(8, 100)):
        sync = "full" if round_ % 4 == 3 else "normal"
        with FakeStore("-q", "--sync", sync, data=data) as server:
            s3 = conftest.client_of(server.url)
            if round_ == 0:
                s3.create_bucket(Bucket=BUCKET)
            for client in clients:
                client.check(s3)
            # Without retries: each broken connection ends its client.
            one_try = conftest.client_of.__wrapped__(server.url, retries={"total_max_attempts": 1})
            workers = [threading.Thread(target=client.run, args=(one_try,)) for client in clients]
            for worker in workers:
                worker.start()
            # After so many answers, which is in the middle of other requests.
            for _ in range(choices.randrange(1, 120)):
                assert answers.acquire(timeout=60), "the load does not go on"
            server.kill()
            for worker in workers:
                worker.join()
            assert [client.wrong for client in clients] == [[]] * CLIENTS, f"round {round_}"
    with FakeStore("-q", data=data) as server:
        for client in clients:
            client.check(conftest.client_of(server.url))
        assert server.terminate() == 0
    # Nothing is left of what was cut: as many files as contents that need one.
    large = [size for client in clients for size in client.sizes if size > 16_384]
    assert sorted(file.stat().st_size for file in content_files(data)) == sorted(large)
