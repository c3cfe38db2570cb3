"""What a test asks of the journal, and the clock that it moves."""

import datetime
import email.utils
import json
import urllib.error

import pytest

import wire
from programs import ADMIN, FakeStore, write_json


@pytest.fixture(scope="module")
def told():
    """A server whose journal tells a small story:

    sequence 1..8: PUT a, PUT b twice (once refused by its condition), GET a, HEAD a, LIST, PUT c slowed down, PUT c
    """
    with FakeStore("--bucket", "bills") as server:
        once = [("If-None-Match", "*")]
        wire.call(server, "PUT", "/bills/a", b"x", headers=once)
        wire.call(server, "PUT", "/bills/b", b"x", headers=once)
        wire.call(server, "PUT", "/bills/b", b"x", headers=once)
        wire.call(server, "GET", "/bills/a")
        wire.call(server, "HEAD", "/bills/a")
        wire.call(server, "GET", "/bills?list-type=2")
        server.admin("faults", "POST", {"match": {"key": "c"}, "do": "error SlowDown"})
        wire.call(server, "PUT", "/bills/c", b"x")
        wire.call(server, "PUT", "/bills/c", b"x")
        yield server


def asked(server, where, expect):
    """Whether it is so, and else what is not."""
    try:
        answer = server.admin("requests/assert", "POST", {"where": where, "expect": expect})
        assert answer == {"ok": True}
        return []
    except urllib.error.HTTPError as failure:
        with failure:
            answer = json.loads(failure.read())
            assert failure.code == 409 and answer["ok"] is False
            assert all(len(id) == 16 for id in answer["requests"])
            return answer["failures"]


PUT = {"operation": "PutObject"}


@pytest.mark.parametrize(
    "where, expect, failures",
    [
        # How many.
        (PUT, {"count": 5}, []),
        (PUT, {"count": 4}, ["expected 4 requests, found 5"]),
        (PUT, {"atLeast": 5}, []),
        (PUT, {"atLeast": 6}, ["expected at least 6 requests, found 5"]),
        (PUT, {"atMost": 5}, []),
        (PUT, {"atMost": 4}, ["expected at most 4 requests, found 5"]),
        (PUT, {"atLeast": 6, "atMost": 4}, [
            "expected at least 6 requests, found 5", "expected at most 4 requests, found 5",
        ]),
        ({"operation": "DeleteObject"}, {"none": True}, []),
        (PUT, {"none": True}, ["expected 0 requests, found 5"]),
        ({}, {"count": 8}, []),
        # Each group by itself; no group at all is one that nothing is in.
        (PUT | {"status": 200}, {"count": 1, "per": "key"}, []),
        (PUT, {"count": 1, "per": "key"}, [
            "expected 1 requests for `bills/b`, found 2", "expected 1 requests for `bills/c`, found 2",
        ]),
        ({"operation": "DeleteObject"}, {"count": 1, "per": "key"}, ["expected 1 requests, found 0"]),
        ({}, {"atMost": 5, "per": "operation"}, []),
        ({}, {"atLeast": 2, "per": "operation"}, [
            "expected at least 2 requests for `GetObject`, found 1",
            "expected at least 2 requests for `HeadObject`, found 1",
            "expected at least 2 requests for `ListObjectsV2`, found 1",
        ]),
        ({}, {"count": 8, "per": "bucket"}, []),
        ({}, {"count": 8, "per": "principal"}, []),
        # What they carry, by a name in any case.
        (PUT | {"key": ["a", "b"]}, {"every": {"header": "if-none-match", "equals": "*"}}, []),
        (PUT, {"every": {"header": "If-None-Match", "equals": "*"}}, [
            "2 of 5 requests lack `If-None-Match: *`",
        ]),
        (PUT, {"every": {"header": "If-None-Match", "equals": "*"}, "per": "key"}, [
            "2 of 2 requests for `bills/c` lack `If-None-Match: *`",
        ]),
        ({"operation": "DeleteObject"}, {"every": {"header": "x", "equals": "y"}}, []),
        # Which.
        ({"operation": ["Get*", "List*"]}, {"count": 2}, []),
        ({"operation": "*Object", "method": "HEAD"}, {"count": 1}, []),
        ({"bucket": "bil*"}, {"count": 8}, []),
        ({"bucket": "other"}, {"none": True}, []),
        ({"key": "?"}, {"count": 7}, []),
        ({"status": 412}, {"count": 1}, []),
        ({"code": "SlowDown"}, {"count": 1}, []),
        ({"fault": "?*"}, {"count": 1}, []),
        ({"principal": "*:user/admin"}, {"count": 8}, []),
        ({"denied": True}, {"none": True}, []),
        ({"denied": False}, {"count": 8}, []),
        ({"since": 6}, {"count": 2}, []),
        ({"since": 8}, {"none": True}, []),
    ],
)  # fmt: skip
def test_asserts(told, where, expect, failures):
    assert asked(told, where, expect) == failures


@pytest.mark.parametrize(
    "document, path, words",
    [
        ({"where": {}}, "/_fakestore/requests/assert", "`expect` is missing"),
        ({"expect": {}}, "expect", "expected `count`, `atLeast`, `atMost`, `none` or `every`"),
        ({"expect": {"cuont": 1}}, "expect", "expected `count`"),
        ({"expect": {"count": 1, "pre": "key"}}, "expect", "unknown key `pre`; did you mean `per`?"),
        ({"expect": {"count": 1, "per": "keys"}}, "expect.per", "did you mean `key`?"),
        ({"expect": {"count": "1"}}, "expect.count", "a whole number"),
        ({"expect": {"every": {"header": "x"}}}, "expect.every", "`equals` is missing"),
        ({"where": {"operatoin": "x"}, "expect": {"count": 1}}, "where", "did you mean `operation`?"),
        ({"where": {"key": [1]}, "expect": {"count": 1}}, "where.key[0]", "a string"),
    ],
)
def test_refuses_assertions_that_mean_nothing(told, document, path, words):
    with pytest.raises(urllib.error.HTTPError) as failure:
        told.admin("requests/assert", "POST", document)
    with failure.value as refusal:
        answer = json.loads(refusal.read())
    assert (refusal.code, answer["path"]) == (400, path)
    assert words in answer["error"]


# The clock


@pytest.fixture
def store():
    with FakeStore("--bucket", "bills") as server:
        wire.call(server, "PUT", "/bills/old", b"x")
        yield server


def last_modified(server, key):
    return email.utils.parsedate_to_datetime(wire.call(server, "HEAD", f"/bills/{key}").header("last-modified"))


def seconds_from_now(moment):
    return (moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


@pytest.mark.parametrize("offset", [7_200, -86_400, 0])
def test_the_clock_moves_by_an_offset_and_goes_on(store, offset):
    shown = store.admin("clock", "POST", {"offsetSeconds": offset})
    assert (shown["offsetSeconds"], shown["skew"]) == (offset, "real")
    assert abs(seconds_from_now(datetime.datetime.fromisoformat(shown["now"])) - offset) < 5
    assert wire.call(store, "PUT", "/bills/a", b"x").status == 200
    assert abs(seconds_from_now(last_modified(store, "a")) - offset) < 5
    assert abs(seconds_from_now(last_modified(store, "old"))) < 60
    entry = store.journal(operation="PutObject")[-1]
    assert abs(seconds_from_now(datetime.datetime.fromisoformat(entry["time"])) - offset) < 5
    # Back to the real time.
    assert store.admin("clock", "POST", {})["offsetSeconds"] == 0
    wire.call(store, "PUT", "/bills/a", b"x")
    assert abs(seconds_from_now(last_modified(store, "a"))) < 5


def test_the_clock_stands_still_at_a_moment(store):
    shown = store.admin("clock", "POST", {"now": "2026-11-20T09:00:00Z"})
    assert shown == {"now": "2026-11-20T09:00:00.000Z", "fixed": True, "skew": "real"}
    for key in ["a", "b"]:
        wire.call(store, "PUT", f"/bills/{key}", b"x")
        assert last_modified(store, key).isoformat() == "2026-11-20T09:00:00+00:00"
    assert store.admin("health")["time"] == "2026-11-20T09:00:00.000Z"
    store.admin("reset", "POST")
    assert store.admin("clock")["offsetSeconds"] == 0


def test_signatures_are_compared_with_the_real_time_unless_shifted(store):
    there = wire.now() + datetime.timedelta(days=30)

    def codes():
        return [wire.call(store, "PUT", "/bills/old", b"x", at=at).code for at in (None, there)]

    month = {"offsetSeconds": 30 * 86_400}
    assert codes() == [None, "RequestTimeTooSkewed"]
    store.admin("clock", "POST", month)
    assert codes() == [None, "RequestTimeTooSkewed"]
    assert store.admin("clock", "POST", month | {"skew": "shifted"})["skew"] == "shifted"
    assert codes() == ["RequestTimeTooSkewed", None]
    store.admin("clock", "POST", {"now": there.strftime("%Y-%m-%dT%H:%M:%SZ"), "skew": "shifted"})
    assert codes() == ["RequestTimeTooSkewed", None]
    store.admin("clock", "POST", month | {"skew": "real"})
    assert codes() == [None, "RequestTimeTooSkewed"]


def test_policies_ask_the_clock(tmp_path):
    until = {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": until}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    user = {
        "name": "u",
        "accessKeys": [{"id": ADMIN.key, "secret": ADMIN.secret}],
        "policies": [{"name": "Until2030", "document": policy}],
    }
    world = {"accounts": [{"id": "000000000000", "users": [user], "buckets": [{"name": "bills"}]}]}
    with FakeStore(world=write_json(tmp_path / "world.json", world)) as server:
        for now, status in [
            ("2029-12-31T23:59:59Z", 200), ("2030-01-01T00:00:00Z", 403), ("2029-01-01T00:00:00Z", 200),
        ]:  # fmt: skip
            server.admin("clock", "POST", {"now": now})
            assert wire.call(server, "PUT", "/bills/a", b"x").status == status
        server.admin("clock", "POST", {"offsetSeconds": 50 * 366 * 86_400})
        assert wire.call(server, "PUT", "/bills/a", b"x").status == 403


@pytest.mark.parametrize(
    "document, path, words",
    [
        ({"now": "tomorrow"}, "now", "expected a time such as `2026-11-20T09:00:00Z`"),
        ({"now": "2026-11-20T09:00:00Z", "offsetSeconds": 1}, "offsetSeconds", "exclude each other"),
        ({"offsetSeconds": 1.5}, "offsetSeconds", "a whole number"),
        ({"offsetSeconds": 10**12}, "offsetSeconds", "a thousand years"),
        ({"offsetSeconds": -(2**63)}, "offsetSeconds", "a thousand years"),
        ({"skew": "shift"}, "skew", "`shifted` or `real`"),
        ({"offsetSecond": 5}, "/_fakestore/clock", "did you mean `offsetSeconds`?"),
        ([], "/_fakestore/clock", "an object"),
    ],
)
def test_refuses_times_that_mean_nothing(store, document, path, words):
    with pytest.raises(urllib.error.HTTPError) as failure:
        store.admin("clock", "POST", document)
    with failure.value as refusal:
        answer = json.loads(refusal.read())
    assert (refusal.code, answer["path"]) == (400, path)
    assert words in answer["error"]
    assert store.admin("clock")["offsetSeconds"] == 0
