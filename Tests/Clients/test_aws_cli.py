"""The `aws` command, current and with its default settings, in path style and in virtual-host style."""

import hashlib
import json
import os

import pytest

import behaviours
import conftest
from clients import Command, command
from odd_keys import FEW_ODD_KEYS
from programs import ADMIN, Credentials, client_environment


class Aws(Command):
    parts = 3
    digest = "x-amz-checksum-crc32"
    odd_keys = FEW_ODD_KEYS[:3]  # a process takes half a second
    # Of the HEAD that it asks first.
    says_wrong_secret_on_get = r"\(403\) when calling the HeadObject"
    says_missing = r"\(404\) when calling the HeadObject"

    def __init__(self, place):
        self.bucket, self.home = place.bucket, place.home
        self.environment = client_environment(place.url, place.credentials, place.home)

    def run(self, *arguments, stdin=b""):
        return command("aws", *arguments, stdin=stdin, environment=self.environment)

    def api(self, operation, *arguments):
        return self.run("s3api", operation, "--bucket", self.bucket, *arguments)

    def at_key(self, key):
        return f"s3://{self.bucket}/{key}"

    def put(self, key, content):
        self.api("put-object", "--key", key, "--body", self.file("put", content))

    def upload(self, key, path):
        self.run("s3", "cp", path, self.at_key(key))

    def get(self, key):
        self.run("s3", "cp", self.at_key(key), self.home / "got")
        return (self.home / "got").read_bytes()

    def get_range(self, key, start, end):
        self.api("get-object", "--key", key, "--range", f"bytes={start}-{end - 1}", self.home / "got")
        return (self.home / "got").read_bytes()

    def create(self, key, content):
        self.api("put-object", "--key", key, "--body", self.file("put", content), "--if-none-match", "*")

    def copy(self, source, target):
        self.run("s3", "cp", self.at_key(source), self.at_key(target))

    def list(self, prefix=""):
        listing = json.loads(self.api("list-objects-v2", "--prefix", prefix))
        return [entry["Key"] for entry in listing["Contents"]]

    def delete(self, key):
        self.api("delete-object", "--key", key)

    def sync(self, folder, prefix):
        self.run("s3", "sync", folder, self.at_key(prefix))

    def file(self, name, content):
        path = self.home / name
        path.write_bytes(content)
        return path


test_behaves = behaviours.of(Aws)


@pytest.fixture
def objects(aws, bucket):
    """`aws s3api`, with the bucket given."""

    def run(operation, *arguments, **options):
        return aws("s3api", operation, "--bucket", bucket, *arguments, json_output=True, **options)

    return run


def test_makes_and_removes_a_bucket(aws, request):
    name = f"made-by-aws-{request.node.callspec.id}"
    assert aws("s3", "mb", f"s3://{name}") == f"make_bucket: {name}\n".encode()
    assert name in aws("s3", "ls").decode()
    aws("s3api", "head-bucket", "--bucket", name)
    aws("s3", "rb", f"s3://{name}")
    assert name not in aws("s3", "ls").decode()


def test_puts_gets_lists_and_deletes(objects, tmp_path):
    body = bytes(range(256)) * 100
    (tmp_path / "in").write_bytes(body)
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    put = objects("put-object", "--key", "a b+c/ü%.csv", "--body", tmp_path / "in", "--metadata", "cycle=2026-11")
    assert put["ETag"] == etag
    got = objects("get-object", "--key", "a b+c/ü%.csv", tmp_path / "out")
    assert (got["ETag"], got["Metadata"], (tmp_path / "out").read_bytes()) == (etag, {"cycle": "2026-11"}, body)
    part = objects("get-object", "--key", "a b+c/ü%.csv", "--range", "bytes=10-19", tmp_path / "part")
    assert (part["ContentRange"], (tmp_path / "part").read_bytes()) == ("bytes 10-19/25600", body[10:20])
    head = objects("head-object", "--key", "a b+c/ü%.csv")
    assert (head["ContentLength"], head["ETag"]) == (25_600, etag)
    listing = objects("list-objects-v2", "--prefix", "a b+c/", "--page-size", "1")
    assert [(o["Key"], o["Size"], o["ETag"]) for o in listing["Contents"]] == [("a b+c/ü%.csv", 25_600, etag)]
    objects("delete-object", "--key", "a b+c/ü%.csv")
    assert "Contents" not in (objects("list-objects-v2") or {})


def test_creates_only_once(objects, tmp_path):
    (tmp_path / "in").write_bytes(b"first")
    put = ("put-object", "--key", "a", "--body", tmp_path / "in")
    etag = objects(*put, "--if-none-match", "*")["ETag"]
    assert "(PreconditionFailed)" in objects(*put, "--if-none-match", "*", fails=True)
    objects(*put, "--if-match", etag)
    assert "(PreconditionFailed)" in objects(*put, "--if-match", '"0"', fails=True)


def test_copies_and_synchronises_folders(aws, bucket, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    # An empty file among the others has hung `aws s3 sync` for a minute on other servers.
    files = {"a.csv": b"1,2\n", "empty": b"", "deep/er/b.bin": bytes(100_000), "ü b+c": b"x"}
    for name, content in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
        # S3's times have whole seconds, so a file made in this second would look newer than its copy.
        os.utime(source / name, (1_700_000_000, 1_700_000_000))
    aws("s3", "sync", source, f"s3://{bucket}/tree")
    assert aws("s3", "sync", source, f"s3://{bucket}/tree") == b"", "the second time copies nothing"
    aws("s3", "cp", "--recursive", f"s3://{bucket}/tree", target)
    assert {str(f.relative_to(target)): f.read_bytes() for f in target.rglob("*") if f.is_file()} == files
    assert aws("s3", "sync", f"s3://{bucket}/tree", target) == b"", "nor in the other direction"
    assert "PRE tree/" in aws("s3", "ls", f"s3://{bucket}").decode()
    aws("s3", "rm", "--recursive", f"s3://{bucket}/tree")
    assert aws("s3", "ls", "--recursive", f"s3://{bucket}") == b""


def test_an_empty_file_does_not_spoil_the_next(aws, bucket, tmp_path):
    """One connection for all, as it may happen by chance: without 100 Continue for the empty file the
    command misreads the next answer, and waits."""
    (tmp_path / "tree").mkdir()
    for name in ("1", "2-empty", "3", "4-empty", "5"):
        (tmp_path / "tree" / name).write_bytes(b"" if "empty" in name else b"x")
    (tmp_path / "config").write_text("[default]\ns3 =\n  max_concurrent_requests = 1\n")
    settings = {"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_MAX_ATTEMPTS": "1"}
    aws("s3", "sync", "--cli-read-timeout", "5", tmp_path / "tree", f"s3://{bucket}/", **settings)
    listing = aws("s3api", "list-objects-v2", "--bucket", bucket, json_output=True)
    assert [entry["Size"] for entry in listing["Contents"]] == [1, 0, 1, 0, 1]


def test_streams_through_pipes(aws, bucket):
    body = b"line\n" * 50_000
    aws("s3", "cp", "-", f"s3://{bucket}/piped", stdin=body)
    assert aws("s3", "cp", f"s3://{bucket}/piped", "-") == body


def test_shows_the_refusal(server, bucket, tmp_path):
    wrong_secret = conftest.aws_command(server.url, tmp_path, Credentials(ADMIN.key, "not the secret"))
    said = wrong_secret("s3api", "list-objects-v2", "--bucket", bucket, fails=True)
    assert "(SignatureDoesNotMatch)" in said
    unknown = conftest.aws_command(server.url, tmp_path, Credentials("AKIAUNKNOWN000000000", "x"))
    assert "(InvalidAccessKeyId)" in unknown("s3", "ls", fails=True)
    admin = conftest.aws_command(server.url, tmp_path)
    assert "(NoSuchBucket)" in admin("s3", "ls", "s3://there-is-no-such-bucket", fails=True)
    assert "(404)" in admin("s3api", "head-object", "--bucket", bucket, "--key", "a", fails=True)
