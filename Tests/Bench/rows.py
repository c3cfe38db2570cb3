"""The rows of small requests: what is asked, over how many connections, and how the answers are known."""

import dataclasses
import random
import re
from typing import Callable

from servers import BUCKET
from signing import ANY, record
from wire import Connection, signed

KIB = 1024
# How many keys of a size are asked for in turn.
KEYS = {KIB: 1000, 64 * KIB: 100}
LISTED = "bench-listed"
# Of 100 requests. 64 KiB are 15 of them and 95 % of the bytes.
MIX = [("GET", KIB, 60), ("PUT", KIB, 20), ("GET", 64 * KIB, 10), ("PUT", 64 * KIB, 5), ("HEAD", KIB, 5)]
MIX_WORDS = ", ".join(f"{share} % {method} {size // KIB} KiB" for method, size, share in MIX)


CONTENT = {size: random.Random(size).randbytes(size) for size in KEYS}
LIST_TARGET = f"/{LISTED}?list-type=2&max-keys=1000"


def target(size, index, folder="read"):
    return f"/{BUCKET}/{folder}/{size}/object-{index:05}.bin"


def request(server, method, size, index):
    """Reads and writes are of different keys: rclone answers a GET with 200 and no bytes while the object is
    being replaced, and would have no figure for the mix."""
    if method == "PUT":
        return record(server, method, target(size, index, "written"), CONTENT[size], ANY)
    return record(server, method, target(size, index), answer=size)


def each_key(method, size):
    return lambda server: b"".join(request(server, method, size, index) for index in range(KEYS[size]))


def mixed(server):
    """The mix in an order that is the same for every server."""
    choices = random.Random(1)
    kinds = [(method, size) for method, size, share in MIX for _ in range(share * 10)]
    choices.shuffle(kinds)
    return b"".join(request(server, method, size, choices.randrange(KEYS[size])) for method, size in kinds)


def list_page(server):
    """The one page of a bucket with 1,000 keys, whose length was learned when the bucket was checked."""
    return record(server, "GET", LIST_TARGET, answer=server.list_bytes) * 8


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    connections: int
    # What a server must be able to do for it.
    needs: str
    requests: Callable


def rows():
    plain = [
        (f"{method} {size // KIB} KiB", method, each_key(method, size))
        for size in KEYS
        for method in ("GET", "PUT")
    ]
    plain += [("HEAD", "HEAD", each_key("HEAD", KIB)), ("mixed", "PUT", mixed), ("list 1,000 keys", "list", list_page)]
    for title, needs, requests in plain:
        for connections in (1, 8, 64):
            if title == "list 1,000 keys" and connections == 64:
                continue
            yield Row(title, connections, needs, requests)


def fill(server):
    """Puts what the rows read, and checks that it comes back as it was sent."""
    server.make_bucket()
    with Connection(server) as connection:

        def call(method, path, body=b""):
            answer = connection.exchange(signed(server, method, path, body))
            assert answer.status in (200, 201, 204), f"{server.name}: {method} {path}: {answer}"
            return answer

        for size, count in KEYS.items():
            for index in range(count):
                call("PUT", target(size, index), CONTENT[size])
            assert call("GET", target(size, count - 1)).body == CONTENT[size]
            assert call("HEAD", target(size, 0)).header("Content-Length") == str(size)
        if "list" in server.lacks:
            return
        server.make_bucket(LISTED)
        keys = [f"2026/11/object-{index:05}.bin" for index in range(1000)]
        for key in keys:
            call("PUT", f"/{LISTED}/{key}", b"16 bytes of text")
        page = call("GET", LIST_TARGET).body
        assert re.findall(rb"<Key>([^<]*)</Key>", page) == [key.encode() for key in keys], page[:500]
        server.list_bytes = len(page)
