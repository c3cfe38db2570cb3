"""Plays prepared requests against a server with `load`, and says what came of it."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOAD = ROOT / ".build/load"
LONGEST_MS = 10_000


class CellFailed(Exception):
    """A server did not do what a row asks: this cell has no figure."""


def play(server, requests, file, connections, milliseconds, block=None):
    """Sends the records of `signing.record` over so many connections: round and round for the time, after a
    warm-up, or with 0 milliseconds each of them once. An answer that is not the one the record asks for
    fails the whole cell: a server that refuses is not fast.

    Returns `load`'s figures with `rate` (requests a second) and `cpu_us` (of the server, a request).
    """
    file.write_bytes(requests)
    command = [LOAD, server.port, connections, max(200, milliseconds // 5), milliseconds, file]
    command += [block] if block else []
    before = server.cpu_seconds()
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as load:
        try:
            started = load.stdout.readline()
            if milliseconds:
                before = server.cpu_seconds()
            line = load.stdout.readline()
            cpu = server.cpu_seconds() - before
            words = load.stderr.read()
        except BaseException:
            load.kill()
            raise
    if started != "start\n" or not line:
        raise CellFailed(f"{server.name}: {words.strip()}")
    result = json.loads(line)
    if not result["requests"] and milliseconds < LONGEST_MS:
        # A slow server and many connections: no answer yet.
        return play(server, requests, file, connections, milliseconds * 4, block)
    if result["failed"] or not result["requests"]:
        raise CellFailed(f"{server.name}: {result['failed']} of {result['requests']} answers failed; {words.strip()}")
    result["rate"] = result["requests"] / result["seconds"]
    result["cpu_us"] = cpu / result["requests"] * 1e6
    return result
