"""What 1,000 clients that send one byte at a time cost: memory, and the others' time."""

import statistics
import subprocess
import time

from measuring import ROOT, CellFailed, play
from rows import KIB, each_key, target
from signing import head

TRICKLE = ROOT / ".build/trickle"
CONNECTIONS, INTERVAL_MS, BODY = 1000, 1000, 1 << 20
OTHERS = 8


def measure(server, folder, rounds, milliseconds):
    """GET 1 KiB over 8 connections alone and beside the trickling ones, in turn; medians.

    Half of these trickle a request's head, half the body of an upload of 1 MiB that has been let in.
    """
    samples = [_round(server, folder, milliseconds) for _ in range(rounds)]
    return {name: statistics.median(sample[name] for sample in samples) for name in samples[0]}


def _round(server, folder, milliseconds):
    file = folder / "requests"
    requests = each_key("GET", KIB)(server)
    alone = play(server, requests, file, OTHERS, milliseconds)
    before = server.memory_mib("VmRSS")
    (folder / "head").write_bytes(head(server, "PUT", target(BODY, 0), "UNSIGNED-PAYLOAD", length=BODY))
    (folder / "body").write_bytes(bytes(BODY))
    command = [TRICKLE, server.port, CONNECTIONS, INTERVAL_MS, folder / "head", folder / "body"]
    with subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as trickle:
        try:
            if trickle.stdout.readline() != "ready\n":
                raise CellFailed(f"{server.name}: the trickling clients could not connect")
            # So that each has sent some bytes after its first.
            time.sleep(2 * INTERVAL_MS / 1000)
            beside = play(server, requests, file, OTHERS, milliseconds)
            after = server.memory_mib("VmRSS")
            trickle.stdin.close()
            still_open = int(trickle.stdout.readline())
        except BaseException:
            trickle.kill()
            raise
    if still_open != CONNECTIONS:
        raise CellFailed(f"{server.name}: only {still_open} of {CONNECTIONS} trickling clients were let go on")
    return {
        "alone_us": alone["p50_us"], "beside_us": beside["p50_us"],
        "alone_rate": alone["rate"], "beside_rate": beside["rate"], "added_mib": after - before,
    }  # fmt: skip
