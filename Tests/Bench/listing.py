"""Lists of a bucket with very many keys: 1,000 prefixes with equally many keys each."""

import re
import sys

from measuring import CellFailed, play
from servers import BUCKET
from signing import record, sha256
from wire import call

PREFIXES = 1000
CHUNK = 50_000
CONTENT = b"16 bytes of text"


def key(prefix, index):
    return f"prefix-{prefix:04}/object-{index:06}.csv"


def fill(server, count, file):
    """Puts the keys over HTTP, in chunks that are signed on the way. Returns the seconds of the PUTs."""
    server.make_bucket()
    sha256(CONTENT)
    seconds, chunk = 0, []
    for number in range(count):
        # One key of each prefix after the other: the order of a tree that grows everywhere.
        path = f"/{BUCKET}/{key(number % PREFIXES, number // PREFIXES)}"
        chunk.append(record(server, "PUT", path, CONTENT))
        if len(chunk) == CHUNK or number == count - 1:
            seconds += play(server, b"".join(chunk), file, 64, 0)["seconds"]
            chunk.clear()
            print(f"\r{number + 1:,} of {count:,} keys", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return seconds


def questions(count):
    """Title, query, and the keys or prefixes that the answer must hold."""
    each = count // PREFIXES
    middle = PREFIXES // 2
    page = min(1000, each)
    behind = [number for number in range(middle * each + each // 2 + 1, count)][:1000]
    prefixes = [f"prefix-{prefix:04}/" for prefix in range(PREFIXES)]
    return [
        (
            "1,000 keys from the middle on",
            f"list-type=2&max-keys=1000&start-after={key(middle, each // 2).replace('/', '%2F')}",
            [key(number // each, number % each) for number in behind],
        ),
        (
            f"the {page:,} keys of a prefix",
            f"list-type=2&max-keys=1000&prefix=prefix-{middle:04}%2F",
            [key(middle, index) for index in range(page)],
        ),
        ("1,000 common prefixes (delimiter)", "delimiter=%2F&list-type=2&max-keys=1000", prefixes),
    ]


def measure(server, count, file, milliseconds):
    """Milliseconds of each list over one connection, as (title, load's figures)."""
    for title, query, expected in questions(count):
        path = f"/{BUCKET}?{query}"
        answer = call(server, "GET", path)
        found = re.findall(rb"<(?:Key|CommonPrefixes><Prefix)>([^<]+)<", answer.body)
        if answer.status != 200 or found != [name.encode() for name in expected]:
            raise CellFailed(f"{server.name}: {title}: not the list that it should be: {answer.body[:400]}")
        requests = record(server, "GET", path, answer=len(answer.body))
        yield title, play(server, requests, file, 1, milliseconds)
