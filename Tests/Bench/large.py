"""Large objects: 256 MiB in one request and in parts, beside one core's MD5, and what 2 GiB do to memory.

Sender and receiver compute nothing: bodies are one buffer over and over under `UNSIGNED-PAYLOAD`, and what
comes back is counted and dropped in the kernel."""

import functools
import hashlib
import random
import re
import time

from measuring import CellFailed, play
from servers import BUCKET
from signing import record
from wire import Connection, call, signed

MIB = 1 << 20
SIZE, PART = 256 * MIB, 8 * MIB
PART_CONNECTIONS = 4
BLOCK = random.Random(256).randbytes(MIB)
TITLES = {"PUT": "PUT 256 MiB", "GET": "GET 256 MiB", "multipart": "PUT 256 MiB in parts of 8 MiB, 4 connections"}
TARGET, PARTS_TARGET = f"/{BUCKET}/large.bin", f"/{BUCKET}/parts.bin"


@functools.cache
def md5(size):
    """Of so many bytes of the block, in hex."""
    return digest_of_block(size)


def digest_of_block(size):
    digest = hashlib.md5()
    for _ in range(size // MIB):
        digest.update(BLOCK)
    return digest.hexdigest()


def md5_rate():
    """Bytes a second that one core's MD5 takes (OpenSSL's, through hashlib)."""
    started = time.monotonic()
    digest_of_block(SIZE)
    return SIZE / (time.monotonic() - started)


def put(server, file, block, size=SIZE, target=TARGET):
    return play(server, record(server, "PUT", target, block_bytes=size), file, 1, 0, block)


def get(server, file, block, size=SIZE, target=TARGET):
    return play(server, record(server, "GET", target, answer=size), file, 1, 0, block)


def multipart(server, file, block):
    """Create, the parts, Complete: the time of all three."""
    started, cpu = time.monotonic(), server.cpu_seconds()
    created = call(server, "POST", f"{PARTS_TARGET}?uploads=")
    found = re.search(rb"<UploadId>([^<]+)</UploadId>", created.body)
    if created.status != 200 or not found:
        raise CellFailed(f"{server.name}: CreateMultipartUpload: {created}")
    query = f"uploadId={found[1].decode()}"
    elapsed = time.monotonic() - started
    # Signed outside of the measured time, like all others.
    numbers = range(1, SIZE // PART + 1)
    parts = b"".join(
        record(server, "PUT", f"{PARTS_TARGET}?partNumber={number}&{query}", block_bytes=PART) for number in numbers
    )
    listed = "".join(f'<Part><PartNumber>{n}</PartNumber><ETag>"{md5(PART)}"</ETag></Part>' for n in numbers)
    document = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    complete = signed(server, "POST", f"{PARTS_TARGET}?{query}", document)
    elapsed += play(server, parts, file, PART_CONNECTIONS, 0, block)["seconds"]
    started = time.monotonic()
    with Connection(server, seconds=120) as connection:
        answer = connection.exchange(complete)
    elapsed += time.monotonic() - started
    if answer.status != 200 or b"CompleteMultipartUploadResult" not in answer.body:
        raise CellFailed(f"{server.name}: CompleteMultipartUpload: {answer}")
    return {"seconds": elapsed, "cpu_us": (server.cpu_seconds() - cpu) * 1e6}


ROWS = {"PUT": put, "GET": get, "multipart": multipart}


def check(server, kind):
    """Reads back what a row has written, once: a fast way to lose bytes is no figure."""
    target = PARTS_TARGET if kind == "multipart" else TARGET
    answer = call(server, "GET", target)
    if hashlib.md5(answer.body).hexdigest() != md5(SIZE):
        raise CellFailed(f"{server.name}: {TITLES[kind]} gives back {len(answer.body)} other bytes")


def memory(server, file, block, size):
    """MiB of a fresh server: idle, and the peak while an object goes in and comes out."""
    server.make_bucket()
    call(server, "GET", "/")
    idle = server.memory_mib("VmRSS")
    figures = {"idle": idle}
    for name, step in (("in", put), ("out", get)):
        server.forget_peak()
        figures[name] = {"seconds": step(server, file, block, size)["seconds"], "peak": server.memory_mib("VmHWM")}
    etag = call(server, "HEAD", TARGET).header("ETag")
    if etag != f'"{md5(size)}"':
        raise CellFailed(f"{server.name}: an object of {size} bytes has the ETag {etag}")
    return figures
