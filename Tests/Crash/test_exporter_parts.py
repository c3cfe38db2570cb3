"""Large files: delivered in parts, in flat memory, exactly once wherever the exporter is killed, and without
uploads that nobody knows of."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import conftest
from bill import make_bill
from flow import (
    ACCOUNTS, CAN_READ, ENVIRONMENT, OWNERS, Flow, bucket_of, key_of, kill_after, stored, world,
)  # fmt: skip
from programs import LONG, FakeStore, clean_environment, count, program, write_json
from proxy import Relay

MIB = 1 << 20
LINE = 8_192  # about how long a padded line is
ACCOUNT = ACCOUNTS[0]
BUCKET, KEY = bucket_of(ACCOUNT), key_of(ACCOUNT)
MAY_ABORT = ("s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload")
CREATE_ONLY = ("s3:PutObject",)
POLICIES = pytest.mark.parametrize("actions", [CREATE_ONLY, MAY_ABORT], ids=["create-only", "may-abort"])


def owner(server):
    return conftest.client_of(server.url, OWNERS[ACCOUNT])


def open_uploads(server):
    """The ids of the uploads that take space in the customer's bucket, as its owner sees them."""
    return {u["UploadId"] for u in owner(server).list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])}


def calls(server, start=0):
    """The operations on the customer's bucket by what they were answered: `{("UploadPart", 200): 3}`."""
    found = {}
    for entry in server.journal(bucket=BUCKET)[start:]:
        name = (entry["operation"], entry["status"])
        found[name] = found.get(name, 0) + 1
    return found


class Large(Flow):
    """One customer whose file is about `mebibytes` large."""

    def __init__(self, folder, server, mebibytes=17, **destination):
        folder.mkdir(exist_ok=True)
        lines = mebibytes * MIB // LINE
        super().__init__(folder, server, lines, [ACCOUNT], LINE, **destination)

    def deliver(self):
        """One run: its exit status, and what it says of the file."""
        code, deliveries = self.run()
        return code, deliveries["customer-1"]

    def change_bill(self):
        """A new version of the bill: every amount is another."""
        lines = self.bill.count(b'"LineItem"')
        self.import_bill(make_bill([ACCOUNT], lines, padding=LINE, seed=2))


@pytest.fixture
def server(tmp_path, request):
    actions = getattr(request, "param", MAY_ABORT)
    with FakeStore(world=write_json(tmp_path / "world.json", world(actions))) as running:
        yield running


# Sizes


@pytest.mark.parametrize("size", [16 * MIB, 16 * MIB + 1, 17 * MIB], ids=["16 MiB", "and a byte", "17 MiB"])
def test_sends_large_files_in_parts(tmp_path, server, size):
    """Up to exactly 16 MiB one PutObject; a byte more goes in parts of 8 MiB."""
    flow = Large(tmp_path, server, 15)
    # One line becomes as much longer as the file has to be.
    missing = size - len(flow.rendered(ACCOUNT))
    line = flow.bill.index(b"first 50 TB")
    flow.import_bill(flow.bill[:line] + b"y" * missing + flow.bill[line:])
    code, delivery = flow.deliver()
    assert (code, delivery["state"], delivery["bytes"]) == (0, "delivered", size)
    assert stored(server, ACCOUNT) == flow.rendered(ACCOUNT)
    if size == 16 * MIB:
        expected = {("PutObject", 200): 1}
    else:
        expected = {
            ("CreateMultipartUpload", 200): 1, ("UploadPart", 200): 3, ("CompleteMultipartUpload", 200): 1,
        }  # fmt: skip
        assert delivery["etag"].endswith("-3")
        head = owner(server).head_object(Bucket=BUCKET, Key=KEY, ChecksumMode="ENABLED")
        assert head["ChecksumType"] == "FULL_OBJECT" and head["ChecksumCRC64NVME"]
        assert head["Metadata"] == {"sha256": delivery["sha256"]}
        assert head["ContentType"] == "text/csv"
    sent = calls(server)
    assert {name: n for name, n in sent.items() if not name[0].startswith(("Get", "Head"))} == expected
    assert delivery["requests"] == sum(expected.values())
    # The same bytes are never sent twice.
    before = len(server.journal())
    assert flow.deliver()[1]["state"] == "unchanged"
    assert len(server.journal()) == before


# A process begins with the peak of the one that started it, so a small one stands between.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_takes_no_more_memory_for_a_larger_file(tmp_path, server):
    flow = Large(tmp_path, server, 100)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, program("exporter"), "run", "--state", str(flow.state)],
        capture_output=True, text=True, check=True, env=clean_environment(**ENVIRONMENT),
    )  # fmt: skip
    assert int(measured.stdout) < 64 << 10, f"{int(measured.stdout) >> 10} MiB"
    content = stored(server, ACCOUNT)
    assert content == flow.rendered(ACCOUNT)
    assert len(content) > 100 * MIB
    assert calls(server)[("UploadPart", 200)] == -(-len(content) // (8 * MIB))


# Kills


def points(total):
    """Where to cut a run: spread over all of it, and closer at its ends, where the upload is begun and completed."""
    parts = count(4, 60)
    begun = range(100, 3_000, 100) if LONG else (700, 1_400)
    completed = range(1, 3_000, 100) if LONG else (300, 1_200)
    return [*begun, *(total * i // parts for i in range(1, parts)), *(total - n for n in completed), total]


@POLICIES
def test_delivers_a_large_file_once_wherever_it_is_killed(tmp_path, actions):
    with FakeStore(world=write_json(tmp_path / "world.json", world(actions))) as server:
        whole = Large(tmp_path / "whole", server)
        shutil.copytree(whole.state, tmp_path / "ready")
        rendered = whole.rendered(ACCOUNT)
        with Relay(server) as relay:
            whole.point_to(relay.url)
            assert whole.deliver()[0] == 0
            total = relay.forwarded
        for point in points(total):
            server.admin("reset", method="POST")
            shutil.rmtree(whole.state)
            shutil.copytree(tmp_path / "ready", whole.state)
            kill_after(whole, point)
            code, delivery = whole.deliver()
            where = f"killed after {point} of {total} bytes: {delivery}, {calls(server)}"
            # Completing again proves what happened, so even without s3:GetObject nothing stays open.
            assert (code, delivery["state"]) == (0, "delivered"), where
            assert stored(server, ACCOUNT) == rendered, where
            after = calls(server)
            # One upload became the file; each other one is gone, or the run told of it.
            left = open_uploads(server)
            told = (delivery["reason"] or "").count("left unfinished")
            assert len(left) <= told <= 1, where
            assert (delivery.get("fix") is not None) == (told > 0), where
            ended = len(left) + after.get(("AbortMultipartUpload", 204), 0)
            assert after[("CreateMultipartUpload", 200)] - ended == 1, where
            # Only what was on its way when the process died is sent a second time, and by the second run alone.
            if not told:
                assert after[("UploadPart", 200)] <= 2 * 3 and delivery["requests"] <= 3 + 2, where
            assert whole.deliver()[1]["state"] == "unchanged", where


def stop_after_parts(flow, mebibytes):
    """A run that is killed once so much of the file has left, with some of the parts confirmed."""
    kill_after(flow, mebibytes * MIB)
    return len([e for e in flow.server.journal(operation="UploadPart") if e["status"] == 200])


def test_goes_on_where_it_was_killed(tmp_path, server):
    """Without asking the bucket: ListParts is not permitted and not called."""
    flow = Large(tmp_path, server, 64)
    confirmed = stop_after_parts(flow, 50)
    assert confirmed >= 2
    (status,) = json.loads(flow.exporter("status", "--json", check=0).stdout)["deliveries"]
    assert status["state"] == "uploading"
    assert status["parts"]["of"] == 9 and 0 < status["parts"]["done"] <= confirmed
    recorded = status["parts"]["done"]
    assert f"uploading, {recorded} of 9 parts" in flow.exporter("status", check=0).stdout
    delivery = flow.deliver()[1]
    # The parts that were missing, and completing. The journal may still get those of the process that died.
    assert (delivery["state"], delivery["requests"]) == ("delivered", 9 - recorded + 1)
    assert {operation for operation, _ in calls(server)} == {
        "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload",
    }  # fmt: skip
    assert len(server.journal(operation="CreateMultipartUpload")) == 1
    assert stored(server, ACCOUNT) == flow.rendered(ACCOUNT)
    assert open_uploads(server) == set()


@pytest.mark.parametrize("server", [CREATE_ONLY, MAY_ABORT], ids=["create-only", "may-abort"], indirect=True)
def test_gives_up_an_upload_whose_bytes_have_changed(tmp_path, server, request):
    flow = Large(tmp_path, server)
    assert stop_after_parts(flow, 12) >= 1
    (stale,) = open_uploads(server)
    flow.change_bill()
    code, delivery = flow.deliver()
    assert (code, delivery["state"]) == (0, "delivered")
    assert stored(server, ACCOUNT) == flow.rendered(ACCOUNT)
    if "may-abort" in request.node.name:
        assert open_uploads(server) == set()
        assert (delivery["reason"], delivery.get("fix")) == (None, None)
    else:
        assert open_uploads(server) == {stale}
        assert f"upload `{stale}` was left unfinished" in delivery["reason"]
        assert "s3:AbortMultipartUpload" in delivery["reason"]
        (rule,) = delivery["fix"]["Rules"]
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
        assert rule["Status"] == "Enabled" and rule["Filter"] == {"Prefix": ""}
    # That was tried once.
    aborts = len(server.journal(operation="AbortMultipartUpload"))
    flow.deliver()
    assert (aborts, len(server.journal(operation="AbortMultipartUpload"))) == (1, 1)


# Other people's files, and our own


@pytest.mark.parametrize("server", [CREATE_ONLY, CAN_READ, MAY_ABORT], indirect=True)
def test_never_overwrites_a_strangers_file_with_a_large_one(tmp_path, server):
    owner(server).put_object(Bucket=BUCKET, Key=KEY, Body=b"AWS's own report")
    flow = Large(tmp_path, server)
    may_abort = is_allowed_to_abort(server)
    for attempt in (1, 2):
        code, delivery = flow.deliver()
        assert (code, delivery["state"]) == (1, "collided")
        assert stored(server, ACCOUNT) == b"AWS's own report"
        # What can't be removed is used again: one upload, however often it is tried.
        assert len(open_uploads(server)) == (0 if may_abort else 1)
        assert ("left unfinished" in delivery["reason"]) == (not may_abort)
        assert calls(server)[("UploadPart", 200)] == (3 * attempt if may_abort else 3)
    # An upload that was begun before the file went is void then (409): it is left, told of, and begun anew.
    owner(server).delete_object(Bucket=BUCKET, Key=KEY)
    delivery = flow.deliver()[1]
    assert delivery["state"] == "delivered"
    assert stored(server, ACCOUNT) == flow.rendered(ACCOUNT)
    left = open_uploads(server)
    assert len(left) == (0 if may_abort else 1)
    assert all(f"`{upload}` was left unfinished" in delivery["reason"] for upload in left)


def is_allowed_to_abort(server):
    """Whether the exporter may give up uploads here."""
    buckets = [b for a in server.admin("world")["accounts"] for b in a.get("buckets", [])]
    policy = next(b["policy"] for b in buckets if b["name"] == BUCKET)
    return "s3:AbortMultipartUpload" in json.dumps(policy)


def verify(flow):
    flow.exporter("verify", "--json", check=0)


@pytest.mark.parametrize("server", [CAN_READ], indirect=True)
def test_replaces_a_large_file_under_a_condition(tmp_path, server):
    flow = Large(tmp_path, server)
    verify(flow)
    first = flow.deliver()[1]
    flow.change_bill()
    second = flow.deliver()[1]
    assert (second["state"], second["reason"]) == ("delivered", None)
    assert stored(server, ACCOUNT) == flow.rendered(ACCOUNT)
    conditions = [
        (e["headers"].get("if-none-match"), e["headers"].get("if-match"))
        for e in server.journal(operation="CompleteMultipartUpload")
    ]
    assert conditions == [("*", None), (None, f'"{first["etag"]}"')]
    # Somebody else's change is not replaced.
    owner(server).put_object(Bucket=BUCKET, Key=KEY, Body=b"changed by somebody else")
    flow.import_bill(flow.bill)
    assert flow.deliver()[1]["state"] == "collided"
    assert stored(server, ACCOUNT) == b"changed by somebody else"


@pytest.mark.parametrize("mebibytes", [1, 17], ids=["one request", "parts"])
@pytest.mark.parametrize("server", [CREATE_ONLY], indirect=True)
def test_overwrites_its_own_file_where_a_person_chose_that(tmp_path, server, mebibytes):
    flow = Large(tmp_path, server, mebibytes, replace="own")
    shown = flow.exporter("status", check=0).stdout
    assert "own files are overwritten" in shown
    # The first write is create-only all the same.
    owner(server).put_object(Bucket=BUCKET, Key=KEY, Body=b"AWS's own report")
    assert flow.deliver()[1]["state"] == "collided"
    owner(server).delete_object(Bucket=BUCKET, Key=KEY)
    assert flow.deliver()[1]["state"] == "delivered"
    flow.change_bill()
    start = len(server.journal(bucket=BUCKET))
    changed = flow.deliver()[1]
    assert changed["state"] == "delivered"
    assert "overwritten without a condition" in changed["reason"]
    assert stored(server, ACCOUNT) == flow.rendered(ACCOUNT)
    assert not [
        e for e in server.journal(bucket=BUCKET)[start:]
        if {"if-match", "if-none-match"} & set(e["headers"]) and e["principal"].endswith("exporter")
    ]  # fmt: skip
    assert flow.deliver()[1]["state"] == "unchanged"


def test_a_large_file_in_a_folder(tmp_path, server):
    """A folder knows no parts; the file appears whole."""
    flow = Large(tmp_path, server)
    setup = json.loads((tmp_path / "setup.json").read_text())
    target = tmp_path / "target"
    setup["customers"][0]["export"]["destination"] = {
        "type": "folder", "path": str(target), "account": ACCOUNT, "replace": "own",
    }  # fmt: skip
    write_json(tmp_path / "setup.json", setup)
    flow.exporter("apply", tmp_path / "setup.json", check=0)
    assert flow.deliver()[1]["state"] == "delivered"
    assert (target / KEY).read_bytes() == flow.rendered(ACCOUNT)
    flow.change_bill()
    assert "overwritten without a condition" in flow.deliver()[1]["reason"]
    assert (target / KEY).read_bytes() == flow.rendered(ACCOUNT)
    assert os.listdir(target) == [KEY]


def test_shows_its_progress_on_a_terminal_alone(tmp_path, server):
    flow = Large(tmp_path, server)
    assert flow.exporter("run", "--json", check=0).stderr == ""
    flow.change_bill()
    server.admin("reset", method="POST")
    shutil.rmtree(flow.state)
    flow.point_to(server.url)
    flow.import_bill(flow.bill)
    server.admin("faults", "POST", {"match": {"operation": "UploadPart", "times": 0}, "do": "delay 300ms"})
    master, slave = os.openpty()
    run = subprocess.Popen(
        [program("exporter"), "run", "--state", str(flow.state)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=slave, env=clean_environment(**ENVIRONMENT),
    )  # fmt: skip
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 4_096):
            shown += piece
    except OSError:
        pass  # the other end is closed
    os.close(master)
    assert run.wait(timeout=60) == 0
    assert b"uploading 1 file: " in shown and shown.endswith(b"\r\x1b[K")
