"""Every kind of fault at every call that the exporter makes: no file is lost, doubled or overwritten, and the
journal counts what was really sent.

Each case is one fault that strikes one request, and what the runs after it say. The
first column is the fault; then, for each policy, the states of the runs until the file is settled, and how often
each call was made in all of them.
"""

import dataclasses
import shutil

import pytest

import conftest
from flow import ACCOUNTS, OWNERS, Flow, bucket_of, key_of, stored, world
from programs import LONG, FakeStore, write_json

ACCOUNT = ACCOUNTS[0]
BUCKET, KEY = bucket_of(ACCOUNT), key_of(ACCOUNT)
# The guide's own policy; and one with which files can be read and uploads given up.
POLICIES = {
    "create-only": ("s3:PutObject",),
    "can-read": ("s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"),
}
SHORT_NAMES = {
    "PutObject": "put", "HeadObject": "head", "CreateMultipartUpload": "create", "UploadPart": "part",
    "CompleteMultipartUpload": "complete", "AbortMultipartUpload": "abort",
}  # fmt: skip


@dataclasses.dataclass
class Ready:
    """A server with one policy, and an exporter with a small and one with a large file to deliver."""

    server: FakeStore
    flows: dict
    kept: dict

    def reset(self, size):
        self.server.admin("reset", "POST")
        flow = self.flows[size]
        shutil.rmtree(flow.state)
        shutil.copytree(self.kept[size], flow.state)
        return flow


@pytest.fixture(scope="module", params=POLICIES)
def ready(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp(request.param)
    with FakeStore(world=write_json(folder / "world.json", world(POLICIES[request.param]))) as server:
        flows, kept = {}, {}
        for size, (lines, padding) in {"small": (20, 0), "large": (2_176, 8_192)}.items():
            (folder / size).mkdir()
            flows[size] = Flow(folder / size, server, lines, [ACCOUNT], padding)
            kept[size] = folder / f"{size}-ready"
            shutil.copytree(flows[size].state, kept[size])
        ready = Ready(server, flows, kept)
        ready.policy = request.param
        ready.rendered = {size: flow.rendered(ACCOUNT) for size, flow in flows.items()}
        assert len(ready.rendered["large"]) > 16 << 20
        yield ready


def made(server):
    """How often each call was made: `2 create, 3 part, 1 complete`."""
    counts = {}
    for entry in server.journal(bucket=BUCKET):
        if entry["principal"] and entry["principal"].endswith(":user/exporter"):
            name = SHORT_NAMES[entry["operation"]]
            counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{counts[name]} {name}" for name in SHORT_NAMES.values() if name in counts)


def open_uploads(server):
    owner = conftest.client_of(server.url, OWNERS[ACCOUNT])
    return [u["UploadId"] for u in owner.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]


def run_until_settled(flow, most=4):
    """Runs until the file is there or nothing moves any more; the states, and what the last run said."""
    states = []
    for _ in range(most):
        deliveries = flow.run()[1]
        delivery = deliveries["customer-1"]
        states.append(delivery["state"])
        if delivery["state"] == "delivered" or states[-2:] == ["unconfirmed"] * 2:
            break
    return " ".join(states), delivery


# A small file: one PutObject.
#   fault, states and calls with s3:PutObject alone, the same where files can be read
PUT = [
    ("error SlowDown", "delivered", "2 put"),
    ("error ServiceUnavailable", "delivered", "2 put"),
    ("error InternalError", "delivered", "2 put"),
    ("error RequestTimeout", "delivered", "2 put"),
    ("error ConditionalRequestConflict", "delivered", "2 put"),
    ("error AccessDenied", "refused delivered", "2 put"),
    ("error PreconditionFailed", "collided delivered", "2 put"),
    ("expire-token", "refused delivered", "2 put"),
    ("delay 20ms", "delivered", "1 put"),
    ("reset before-body", "delivered", "2 put"),
    ("reset mid-body", "delivered", "2 put"),
    ("close before-body", "delivered", "2 put"),
    ("close mid-body", "delivered", "2 put"),
    # Stored, and the answer lost: the second attempt meets a file. Whose, only a look can tell.
    ("reset after-commit", ("unconfirmed unconfirmed", "2 put, 2 head"), ("delivered", "2 put, 1 head")),
    ("close after-commit", ("unconfirmed unconfirmed", "2 put, 2 head"), ("delivered", "2 put, 1 head")),
    ("cut-response 0", ("unconfirmed unconfirmed", "2 put, 2 head"), ("delivered", "2 put, 1 head")),
]

# A large file of three parts: what strikes each of the three calls.
CREATE = [
    ("error SlowDown", "delivered", "2 create, 3 part, 1 complete"),
    ("error InternalError", "delivered", "2 create, 3 part, 1 complete"),
    ("error AccessDenied", "refused delivered", "2 create, 3 part, 1 complete"),
    ("expire-token", "refused delivered", "2 create, 3 part, 1 complete"),
    ("delay 20ms", "delivered", "1 create, 3 part, 1 complete"),
    ("reset before-body", "delivered", "2 create, 3 part, 1 complete"),
    ("reset after-commit", "delivered", "2 create, 3 part, 1 complete"),
    ("close after-commit", "delivered", "2 create, 3 part, 1 complete"),
    ("cut-response 0", "delivered", "2 create, 3 part, 1 complete"),
    ("cut-response 200", "delivered", "2 create, 3 part, 1 complete"),
]
PART = [
    ("error SlowDown", "delivered", "1 create, 4 part, 1 complete"),
    ("error InternalError", "delivered", "1 create, 4 part, 1 complete"),
    ("error RequestTimeout", "delivered", "1 create, 4 part, 1 complete"),
    # Given up where that is permitted, else gone on with.
    ("error AccessDenied", ("refused delivered", "1 create, 4 part, 1 complete, 1 abort"),
     ("refused delivered", "2 create, 6 part, 1 complete, 1 abort")),
    ("error NoSuchUpload", "delivered", "2 create, 6 part, 1 complete"),
    ("error BadDigest", "refused delivered", "2 create, 6 part, 1 complete, 1 abort"),
    # The next run has other credentials; the parts that are there stay.
    ("expire-token", "refused delivered", "1 create, 4 part, 1 complete"),
    ("delay 20ms", "delivered", "1 create, 3 part, 1 complete"),
    ("reset before-body", "delivered", "1 create, 4 part, 1 complete"),
    ("reset mid-body", "delivered", "1 create, 4 part, 1 complete"),
    ("close mid-body", "delivered", "1 create, 4 part, 1 complete"),
    ("reset after-commit", "delivered", "1 create, 4 part, 1 complete"),
    ("close after-commit", "delivered", "1 create, 4 part, 1 complete"),
    ("cut-response 0", "delivered", "1 create, 4 part, 1 complete"),
]  # fmt: skip
COMPLETE = [
    ("error SlowDown", "delivered", "1 create, 3 part, 2 complete"),
    ("error InternalError", "delivered", "1 create, 3 part, 2 complete"),
    ("error AccessDenied", ("refused delivered", "1 create, 3 part, 2 complete, 1 abort"),
     ("refused delivered", "2 create, 6 part, 2 complete, 1 abort")),
    ("error PreconditionFailed", ("collided delivered", "1 create, 3 part, 2 complete, 1 abort"),
     ("collided delivered", "2 create, 6 part, 2 complete, 1 abort")),
    # "Begin a new one."
    ("error ConditionalRequestConflict", "delivered", "2 create, 6 part, 2 complete, 1 abort"),
    ("error NoSuchUpload", "delivered", "2 create, 6 part, 2 complete"),
    ("error InvalidPart", "refused delivered", "2 create, 6 part, 2 complete, 1 abort"),
    ("error EntityTooSmall", "refused delivered", "2 create, 6 part, 2 complete, 1 abort"),
    ("error-in-200 InternalError", "delivered", "1 create, 3 part, 2 complete"),
    ("error-in-200 SlowDown", "delivered", "1 create, 3 part, 2 complete"),
    ("expire-token", "refused delivered", "1 create, 3 part, 2 complete"),
    ("delay 20ms", "delivered", "1 create, 3 part, 1 complete"),
    ("reset before-body", "delivered", "1 create, 3 part, 2 complete"),
    ("reset mid-body", "delivered", "1 create, 3 part, 2 complete"),
    # Completed, and the answer lost: completing again gets the same answer, which proves it.
    ("reset after-commit", "delivered", "1 create, 3 part, 2 complete"),
    ("close after-commit", "delivered", "1 create, 3 part, 2 complete"),
    ("cut-response 0", "delivered", "1 create, 3 part, 2 complete"),
    ("cut-response 300", "delivered", "1 create, 3 part, 2 complete"),
]  # fmt: skip
CASES = [
    (operation, fault, *expected)
    for operation, table in {
        "PutObject": PUT, "CreateMultipartUpload": CREATE, "UploadPart": PART, "CompleteMultipartUpload": COMPLETE,
    }.items()
    for fault, *expected in table
]  # fmt: skip


def name(case):
    return f"{SHORT_NAMES[case[0]]}: {case[1]}"


def expected_of(case, policy):
    """The states and calls that a case expects with a policy."""
    first, second = case[2:]
    if isinstance(first, str):
        return first, second
    return first if policy == "create-only" else second


def strike(server, operation, fault, times=1):
    """Of the parts, which are on their way together, the last to come is struck: then all were begun."""
    nth = 3 if operation == "UploadPart" and times else 1
    match = {"operation": operation, "bucket": BUCKET, "nth": nth, "times": times}
    server.admin("faults", "POST", {"match": match, "do": fault})


def fired(server):
    return sum(fault["fired"] for fault in server.admin("faults")["faults"])


# Every case with the guide's own policy, and with the other where it makes a difference; all of both in Tests/long.
SURVIVALS = [
    (policy, case)
    for policy in POLICIES
    for case in CASES
    if LONG or policy == "create-only" or isinstance(case[2], tuple) or case[1] == "reset after-commit"
]


@pytest.mark.parametrize(
    "ready, case", SURVIVALS, ids=[f"{policy}-{name(case)}" for policy, case in SURVIVALS], indirect=["ready"]
)
def test_survives(ready, case):
    operation, fault = case[:2]
    size = "small" if operation == "PutObject" else "large"
    flow = ready.reset(size)
    strike(ready.server, operation, fault)
    states, delivery = run_until_settled(flow)
    assert fired(ready.server) == 1
    assert (states, made(ready.server)) == expected_of(case, ready.policy), delivery
    # Never lost and never half: whatever was said of it, the whole file is there.
    assert stored(ready.server, ACCOUNT) == ready.rendered[size]
    # Uploads that were left are told of, and there are no others.
    left = open_uploads(ready.server)
    named = [upload for upload in left if f"`{upload}`" in (delivery["reason"] or "")]
    unnamed = (delivery["reason"] or "").count("may have been left unfinished")
    # (An injected NoSuchUpload is a lie: that upload is still there. What an earlier run has told is not told again.)
    if states == "delivered" and fault != "error NoSuchUpload":
        assert len(left) <= len(named) + unnamed, delivery
    # The same bytes are never sent twice.
    sent = made(ready.server)
    again = flow.run()[1]["customer-1"]
    if delivery["state"] == "delivered":
        assert (again["state"], made(ready.server)) == ("unchanged", sent)
    else:
        assert again["state"] == "unconfirmed"
        assert made(ready.server).split(", ")[0] == sent.split(", ")[0]


# What leaves open whether a file was stored.
DOUBTFUL = ("reset", "close", "cut-response", "error InternalError", "error-in-200 InternalError")
STRANGERS = [
    (policy, case)
    for policy in POLICIES
    for case in CASES
    if LONG
    or policy == "create-only" and case[0] in ("PutObject", "CompleteMultipartUpload") and case[1].startswith(DOUBTFUL)
]  # fmt: skip


@pytest.mark.parametrize(
    "ready, case", STRANGERS, ids=[f"{policy}-{name(case)}" for policy, case in STRANGERS], indirect=["ready"]
)
def test_never_overwrites(ready, case):
    """The same with a stranger's file in the place: it stays as it is, whatever strikes."""
    operation, fault = case[:2]
    flow = ready.reset("small" if operation == "PutObject" else "large")
    owner = conftest.client_of(ready.server.url, OWNERS[ACCOUNT])
    owner.put_object(Bucket=BUCKET, Key=KEY, Body=b"AWS's own report")
    strike(ready.server, operation, fault)
    states, delivery = run_until_settled(flow, most=2)
    assert fired(ready.server) == 1
    assert stored(ready.server, ACCOUNT) == b"AWS's own report"
    # Where a doubt can't be settled by a look, it is said to be one.
    is_doubtful = operation in ("PutObject", "CompleteMultipartUpload") and fault.startswith(DOUBTFUL)
    allowed = {"collided"} | ({"unconfirmed"} if is_doubtful and ready.policy == "create-only" else set())
    assert states.split()[-1] in allowed, (states, delivery)
    assert "delivered" not in states


OUTAGES = ["PutObject", "UploadPart"] + (["CompleteMultipartUpload"] if LONG else [])


@pytest.mark.parametrize("operation", OUTAGES)
def test_goes_on_after_a_long_outage(ready, operation):
    """SlowDown at every try: the run gives up, and the next one goes on with what is there."""
    size = "small" if operation == "PutObject" else "large"
    flow = ready.reset(size)
    strike(ready.server, operation, "error SlowDown", times=0)
    delivery = flow.run()[1]["customer-1"]
    assert (delivery["state"], "SlowDown" in delivery["reason"]) == ("failed", True)
    ready.server.admin("faults", "DELETE")
    assert flow.run()[1]["customer-1"]["state"] == "delivered"
    assert stored(ready.server, ACCOUNT) == ready.rendered[size]
    if size == "large":
        assert delivery["parts"] == {"done": 3 if operation == "CompleteMultipartUpload" else 0, "of": 3}
        assert made(ready.server).startswith("1 create, ")
        assert open_uploads(ready.server) == []


@pytest.mark.parametrize("fault", ["error SlowDown", "reset mid-body", "reset after-commit", "cut-response 0"])
def test_survives_every_other_request(ready, fault):
    """A bad day: many requests are struck, of all operations."""
    flow = ready.reset("large")
    for operation in ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"):
        for nth in range(1, 8, 2):
            match = {"operation": operation, "bucket": BUCKET, "nth": nth, "times": 1}
            ready.server.admin("faults", "POST", {"match": match, "do": fault})
    states, delivery = run_until_settled(flow)
    assert states == "delivered", delivery
    assert stored(ready.server, ACCOUNT) == ready.rendered["large"]
