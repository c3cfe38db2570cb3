"""The exporter, killed at chosen points and started again, delivers each file exactly once."""

import contextlib
import decimal
import hashlib
import json
import os
import socket
import sqlite3
import subprocess

import pytest

import conftest
from bill import line_items, make_bill
from flow import (
    ACCOUNTS, CAN_READ, ENVIRONMENT, OWNERS, Flow, bucket_of, key_of, kill_after, setup, start_run, stored, world,
)  # fmt: skip
from programs import FakeStore, clean_environment, count, exporter, program, write_json
from proxy import Relay


@pytest.fixture
def flow(tmp_path, request):
    """A server whose buckets let the exporter create files, and an exporter that is ready to run."""
    actions = getattr(request, "param", ("s3:PutObject",))
    path = write_json(tmp_path / "world.json", world(actions))
    with FakeStore(world=path) as server:
        yield Flow(tmp_path, server)


def tables(state):
    """Everything that the state's databases hold, as SQL."""
    dumps = []
    for path in sorted(state.rglob("*")):
        if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3":
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
                dumps.append((path.name, list(database.iterdump())))
    assert dumps
    return dumps


def test_applies_a_setup_once(flow):
    before = tables(flow.state)
    status = flow.exporter("status", "--json", check=0).stdout
    again = flow.exporter("apply", flow.folder / "setup.json", "--json", check=0)
    assert tables(flow.state) == before
    assert flow.exporter("status", "--json", check=0).stdout == status
    assert again.stderr == ""


def test_delivers_what_it_renders(flow):
    code, deliveries = flow.run()
    assert (code, {d["state"] for d in deliveries.values()}) == (0, {"delivered"})
    flow.assert_each_delivered_once()
    items, _ = line_items(flow.bill)
    for index, account in enumerate(ACCOUNTS, 1):
        content = flow.rendered(account)
        own, totals = line_items(content)
        expected = [row for row in items if row["LinkedAccountId"] == account]
        assert [row["RecordId"] for row in own] == [row["RecordId"] for row in expected]
        assert {row["LinkedAccountId"] for row in own} == {account}
        (total,) = totals["AccountTotal"]
        assert decimal.Decimal(total["UnBlendedCost"]) == sum(
            decimal.Decimal(row["UnBlendedCost"]) for row in expected
        )
        assert deliveries[f"customer-{index}"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_sends_nothing_the_second_time(flow):
    flow.run()
    requests = len(flow.server.journal())
    code, deliveries = flow.run()
    assert (code, {d["state"] for d in deliveries.values()}) == (0, {"unchanged"})
    assert len(flow.server.journal()) == requests


def test_never_overwrites_a_strangers_file(flow):
    owner = conftest.client_of(flow.server.url, OWNERS[ACCOUNTS[0]])
    owner.put_object(Bucket=bucket_of(ACCOUNTS[0]), Key=key_of(ACCOUNTS[0]), Body=b"AWS's own report")
    code, deliveries = flow.run()
    assert (code, deliveries["customer-1"]["state"]) == (1, "collided")
    assert [deliveries[f"customer-{i}"]["state"] for i in (2, 3)] == ["delivered", "delivered"]
    assert stored(flow.server, ACCOUNTS[0]) == b"AWS's own report"


@pytest.mark.parametrize("actions", [("s3:PutObject",), CAN_READ], ids=["create-only", "can-read"])
def test_delivers_each_file_once_wherever_it_is_killed(tmp_path, actions):
    path = write_json(tmp_path / "world.json", world(actions))
    points = count(15, 150)
    with FakeStore(world=path) as server:
        # How many bytes one run takes, both directions together.
        (tmp_path / "whole").mkdir()
        whole = Flow(tmp_path / "whole", server)
        with Relay(server) as relay:
            whole.point_to(relay.url)
            assert whole.run()[0] == 0
            total = relay.forwarded
        outcomes = set()
        for point in range(1, points + 1):
            server.admin("reset", method="POST")
            folder = tmp_path / f"point-{point}"
            folder.mkdir()
            flow = Flow(folder, server)
            kill_after(flow, total * point // points)
            flow.run()
            code, deliveries = flow.run()
            flow.assert_each_delivered_once()
            states = {d["state"] for d in deliveries.values()}
            outcomes |= states
            # Where it can't look, it says that it does not know. It never sends the file again.
            allowed = {"unchanged"} if actions == CAN_READ else {"unchanged", "unconfirmed"}
            assert states <= allowed, f"point {point}: {deliveries}"
            assert code == (1 if "unconfirmed" in states else 0)
        assert "unchanged" in outcomes


def test_two_runs_at_once_deliver_once(flow):
    processes = [start_run(flow) for _ in range(4)]
    codes = [process.wait(timeout=60) for process in processes]
    assert 0 in codes and set(codes) <= {0, 3}
    flow.run()
    flow.assert_each_delivered_once()


def test_refuses_a_state_in_use(flow):
    """While one run waits for an endpoint that says nothing, a second command is told so."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        flow.point_to(f"http://127.0.0.1:{silent.getsockname()[1]}")
        first = start_run(flow)
        silent.settimeout(60)
        connection, _ = silent.accept()  # the first run holds the state and has begun
        with connection:
            second = flow.exporter("run", "--json")
            assert second.returncode == 3
            assert str(flow.state) in second.stderr
        first.kill()
        first.wait()
    # A killed process holds nothing.
    flow.point_to(flow.server.url)
    flow.run()


def test_verify_says_what_is_missing(tmp_path):
    path = write_json(tmp_path / "world.json", world(policies=False))
    with FakeStore(world=path) as server:
        write_json(tmp_path / "setup.json", setup(server.url))
        options = {"state": tmp_path / "state", "env": ENVIRONMENT}
        exporter("apply", tmp_path / "setup.json", check=0, **options)
        refused = exporter("verify", "--customer", "customer-1", "--json", check=1, **options)
        (result,) = json.loads(refused.stdout)["results"]
        write = next(stage for stage in result["stages"] if stage["stage"] == "write")
        assert (write["outcome"], write["status"], write["code"]) == ("failed", 403, "AccessDenied")
        assert write["causes"] and "s3:PutObject" in json.dumps(write["causes"])
        server.admin("world", method="PUT", body=world())
        exporter("verify", "--customer", "customer-1", "--json", check=0, **options)


def test_demo_tells_the_story_and_leaves_nothing(tmp_path):
    (tmp_path / "tmp").mkdir()
    (tmp_path / "here").mkdir()

    def demo(*arguments):
        return subprocess.run(
            [program("exporter"), "demo", *arguments], cwd=tmp_path / "here", capture_output=True, text=True,
            timeout=120, stdin=subprocess.DEVNULL,
            env=clean_environment(TMPDIR=tmp_path / "tmp", HOME=tmp_path / "here"),
        )  # fmt: skip

    story = demo()
    assert (story.returncode, story.stderr) == (0, ""), story.stderr
    assert len(story.stdout.splitlines()) > 10
    told = json.loads(demo("--json").stdout)
    assert told["ok"] is True
    outcomes = [(step["step"], step["outcome"]) for step in told["steps"]]
    assert outcomes == [
        ("create-role", "done"), ("verify", "refused"), ("attach-policy", "done"), ("verify", "passed"),
        ("import", "imported"), ("deliver", "delivered"), ("deliver again", "unchanged"),
        ("collision", "collided"), *[("mistake", "refused")] * 5, ("verify", "passed"),
    ]  # fmt: skip
    steps = {step["step"]: step for step in told["steps"]}
    mistakes = [step for step in told["steps"] if step["step"] == "mistake"]
    assert [step["stage"] for step in mistakes] == ["write", "assume", "write", "write", "write"]
    assert all(step["explanation"] and step["causes"] for step in mistakes)
    collision = steps["collision"]
    assert collision["sha256Before"] == collision["sha256After"]
    assert os.listdir(tmp_path / "tmp") == [] and os.listdir(tmp_path / "here") == []


@pytest.mark.parametrize(
    "text, place",
    [
        ('{"customers": [], "custmers": []}', ":1:19"),
        ('{"customers": [\n  {"id": "a",\n   "accounts": 5}]}', ":3:16"),
        ('{"customers": [}', ":1:16"),
    ],
)
def test_names_the_place_of_a_fault_in_the_setup(tmp_path, text, place):
    (tmp_path / "setup.json").write_text(text)
    result = exporter("apply", tmp_path / "setup.json", state=tmp_path / "state")
    assert (result.returncode, f"setup.json{place}" in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize(
    "change, line",
    [
        (lambda b: b.replace(b'"LineItem"', b'"LineItme"', 1), 2),
        (lambda b: b.replace(b"UnBlendedCost", b"UnblendedCosts", 1), 1),
        (lambda b: b[: len(b) // 2], None),
        (lambda b: b.replace(b'"1.00000000"', b'"1.00000000', 1), 2),
    ],
    ids=["record type", "column", "cut", "quote"],
)
def test_names_the_place_of_a_fault_in_a_bill(tmp_path, change, line):
    (tmp_path / "bill.csv").write_bytes(change(make_bill(ACCOUNTS, 3)))
    options = {"state": tmp_path / "state", "env": ENVIRONMENT}
    write_json(tmp_path / "setup.json", setup("http://127.0.0.1:1"))
    exporter("apply", tmp_path / "setup.json", check=0, **options)
    result = exporter("import", tmp_path / "bill.csv", "--provider", "aws", "--no-deliver", **options)
    assert result.returncode in (2, 3), result.stdout
    assert f"bill.csv:{line}:" in result.stderr if line else "bill.csv" in result.stderr, result.stderr
