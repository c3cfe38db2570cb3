"""restic: backups by minio-go, whose objects are checked against their names."""

import json
import os
import pathlib

import pytest

import conftest
from behaviours import made
from clients import CommandFailed, command, in_long_runs_only
from programs import ADMIN, REGION

pytestmark = in_long_runs_only


@pytest.fixture
def restic(server, bucket, tmp_path):
    def run(*arguments, secret=ADMIN.secret):
        environment = {
            "RESTIC_REPOSITORY": f"s3:{server.url}/{bucket}/backups",
            "RESTIC_PASSWORD": "a password",
            "RESTIC_CACHE_DIR": tmp_path / "cache",
            "AWS_ACCESS_KEY_ID": ADMIN.key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": REGION,
            "HOME": tmp_path,
        }
        return command("restic", *arguments, environment=environment).decode()

    return run


def files(folder):
    """What is in a folder, by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stored_bytes(server, bucket):
    pages = conftest.client_of(server.url).get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(entry["Size"] for page in pages for entry in page["Contents"])


def test_backs_up_checks_restores_and_prunes(restic, server, bucket, tmp_path):
    source = tmp_path / "source"
    (source / "deep/er").mkdir(parents=True)
    (source / "large.bin").write_bytes(made(20 << 20))
    (source / "deep/er/ü b+c.csv").write_bytes(b"1,2\n" * 10_000)
    (source / "empty").write_bytes(b"")
    first = files(source)

    restic("init")
    with pytest.raises(CommandFailed, match="config already initialized"):
        restic("init")
    restic("backup", source)
    (source / "large.bin").write_bytes(made(10 << 20, seed=2))
    second = files(source)
    restic("backup", source)
    restic("check", "--read-data")
    older, newer = json.loads(restic("snapshots", "--json"))

    for snapshot, expected in ((older, first), (newer, second)):
        target = tmp_path / snapshot["short_id"]
        restic("restore", snapshot["id"], "--target", target)
        assert files(pathlib.Path(str(target) + os.fspath(source))) == expected

    before = stored_bytes(server, bucket)
    restic("forget", "--prune", "--keep-last", "1")
    assert [entry["id"] for entry in json.loads(restic("snapshots", "--json"))] == [newer["id"]]
    restic("check", "--read-data")
    assert stored_bytes(server, bucket) < before - (19 << 20)
    statuses = {(e["operation"], e["status"]) for e in server.journal(bucket=bucket) if e["status"] >= 400}
    # It asks for what may not be there yet, and for nothing else that is refused.
    assert statuses <= {("HeadObject", 404), ("GetObject", 404)}


def test_tells_a_wrong_secret(restic):
    # It asks whether the bucket is there, by a HEAD whose refusal has no text.
    with pytest.raises(CommandFailed, match="Access Denied"):
        restic("init", secret="not the secret")
