"""Measures fakestore beside its peers, interleaved, and prints the medians as a Markdown table.

All servers run at once, idle but for the one that is measured, on the same machine as the generator: the
figures say how they compare here, not how fast any of them can be. Every round measures every row on
every server before the next round begins, so that a slow minute of the machine hits all of them.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile

from servers import BUCKET, SERVERS
from wire import Connection, signed

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOAD = ROOT / ".build/load"
KIB = 1024
# name, method, bytes, connections
ROWS = [
    (f"{method} {size // KIB} KiB", method, size, connections)
    for size in (KIB, 64 * KIB)
    for method in ("GET", "PUT")
    for connections in (1, 8, 64)
]
# What this project promises of the 1 KiB rows at 64 connections, as a multiple of rclone's rate.
BARS = {("GET 1 KiB", 64): 3, ("PUT 1 KiB", 64): 2}
START_BAR_MS, IDLE_BAR_MIB = 20, 16


def options():
    parser = argparse.ArgumentParser(prog="Tests/Bench/run", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--milliseconds", type=int, default=1500, help="measured time of each cell")
    # In memory by default, so that the programs are measured and not the disk; rclone's peer has no other.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else ROOT / ".build"
    parser.add_argument("--folder", default=memory, help="where the servers keep their data (%(default)s)")
    parser.add_argument("--servers", default="fakestore,nginx,rclone", help="which, separated by commas")
    parser.add_argument("--rows", default="", help="only rows whose name contains this, e.g. `GET 1 KiB`")
    parser.add_argument("--json", help="also write every single measurement to this file")
    parser.add_argument("--check", action="store_true", help="fail when a promised figure is missed")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds, chosen.milliseconds = 1, 300
    return chosen


def key_count(size):
    return 1000 if size <= KIB else 100


def prepare(server, method, size, path):
    """Signs one request per key and writes them for the generator."""
    content = random.Random(size).randbytes(size)
    with open(path, "wb") as file:
        for index in range(key_count(size)):
            target = f"/{BUCKET}/{size}/object-{index:05}.bin"
            message = signed(server, method, target, content if method == "PUT" else b"")
            data = message.bytes()
            file.write(struct.pack("<I", len(data)) + data)


def fill(server):
    """Puts the objects that the GET rows read, and checks that one comes back as it was sent."""
    with Connection(server) as connection:
        for size in sorted({size for _, _, size, _ in ROWS}):
            content = random.Random(size).randbytes(size)
            for index in range(key_count(size)):
                target = f"/{BUCKET}/{size}/object-{index:05}.bin"
                answer = connection.exchange(signed(server, "PUT", target, content))
                assert answer.status in (200, 201, 204), answer
            assert connection.exchange(signed(server, "GET", target)).body == content


def measure(server, row, milliseconds, requests):
    _, method, size, connections = row
    command = [str(LOAD), str(server.port), str(connections), str(max(100, milliseconds // 5)), str(milliseconds)]
    command += [str(requests)] + ([str(size)] if method == "GET" else [])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
        assert load.stdout.readline() == "start\n", f"{server.name}: the generator failed"
        before = server.cpu_seconds()
        result = json.loads(load.stdout.readline())
        cpu = server.cpu_seconds() - before
    assert result["requests"], f"{server.name} answered nothing"
    result["rate"] = result["requests"] / result["seconds"]
    result["cpu_us"] = cpu / result["requests"] * 1e6
    return result


def start_figures(servers, folder, repeats):
    """Milliseconds to the first signed answer (median) and the memory of the idle server after it."""
    figures = {}
    for kind in servers:
        times, idle = [], []
        for repeat in range(repeats):
            server = kind(folder / f"start-{repeat}")
            try:
                times.append(server.start())
                idle.append(server.memory_mib("VmRSS"))
            finally:
                server.stop()
            shutil.rmtree(folder / f"start-{repeat}")
        figures[kind.name] = {"start_ms": statistics.median(times), "idle_mib": statistics.median(idle)}
    return figures


def file_system(folder):
    """The type of the file system that holds the folder, as in `tmpfs` or `ext4`."""
    found = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True)
    return found.stdout.strip() or "?"


def thousands(value):
    return f"{value:,.0f}"


def table(names, rows, cells):
    """One line per row: each server's rate and CPU, and our rate as a multiple of each peer's."""
    header = ["", "connections"]
    for name in names:
        header += [f"{name} req/s", "µs CPU"] + (["p50 / p99 ms"] if name == "fakestore" else ["ratio"])
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)]
    for row in rows:
        title, _, _, connections = row
        line = [title, str(connections)]
        own = cells.get(("fakestore", row))
        for name in names:
            cell = cells[name, row]
            line += [thousands(cell["rate"]), f"{cell['cpu_us']:.1f}"]
            if name == "fakestore":
                line.append(f"{cell['p50_us'] / 1000:.2f} / {cell['p99_us'] / 1000:.2f}")
            else:
                line.append(f"{own['rate'] / cell['rate']:.2f}" if own else "")
        lines.append(line)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def bars(cells, figures, rows):
    """The promised figures that were measured, as (text, kept)."""
    for row in rows:
        wanted = BARS.get((row[0], row[3]))
        if wanted and ("fakestore", row) in cells and ("rclone", row) in cells:
            ratio = cells["fakestore", row]["rate"] / cells["rclone", row]["rate"]
            yield f"{row[0]} at {row[3]} connections: {ratio:.1f} × rclone's (at least {wanted})", ratio >= wanted
    if own := figures.get("fakestore"):
        start, idle = own["start_ms"], own["idle_mib"]
        yield f"start to first signed answer: {start:.1f} ms (at most {START_BAR_MS})", start <= START_BAR_MS
        yield f"idle memory: {idle:.1f} MiB (at most {IDLE_BAR_MIB})", idle <= IDLE_BAR_MIB


def main():
    chosen = options()
    servers = [kind for kind in SERVERS if kind.name in chosen.servers.split(",")]
    rows = [row for row in ROWS if chosen.rows in row[0]]
    if chosen.quick:
        rows = [row for row in rows if row[3] == 8]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=chosen.folder))
    running, samples = [], []
    try:
        figures = start_figures(servers, folder, 3 if chosen.quick else 11)
        for kind in servers:
            server = kind(folder)
            running.append(server)
            server.start()
            server.make_bucket()
            fill(server)
        requests = folder / "requests"
        for round_ in range(chosen.rounds):
            for row in rows:
                for server in running:
                    prepare(server, row[1], row[2], requests)
                    result = measure(server, row, chosen.milliseconds, requests)
                    samples.append({"round": round_, "server": server.name, "row": row, **result})
            print(f"round {round_ + 1} of {chosen.rounds} done", file=sys.stderr)
        for server in running:
            figures[server.name]["peak_mib"] = server.memory_mib("VmHWM")
    finally:
        for server in running:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    cells = {}
    for name in figures:
        for row in rows:
            taken = [s for s in samples if s["server"] == name and s["row"] == row]
            cells[name, row] = {
                field: statistics.median(s[field] for s in taken)
                for field in ("rate", "cpu_us", "p50_us", "p99_us")
            }
    print(table(list(figures), rows, cells))
    print()
    print("| | start to first answer | idle | peak |\n| --- | ---: | ---: | ---: |")
    for name, own in figures.items():
        print(f"| {name} | {own['start_ms']:.1f} ms | {own['idle_mib']:.1f} MiB | {own['peak_mib']:.1f} MiB |")
    print()
    print(
        f"Medians of {chosen.rounds} round{'s'[:chosen.rounds > 1]} of {chosen.milliseconds} ms, {datetime.date.today()}, "
        f"{os.cpu_count()} cores ({platform.machine()}), Linux {platform.release().split('-')[0]}; "
        f"data on {file_system(chosen.folder)}, the generator on the same cores. "
        "Ratio: fakestore's rate by the peer's."
    )
    missed = False
    for text, kept in bars(cells, figures, rows):
        missed |= not kept
        print(f"{'kept' if kept else 'MISSED'}: {text}")
    failed = {s["server"]: s["failed"] for s in samples if s["failed"]}
    if failed:
        print(f"FAILED answers: {failed}")
    if chosen.json:
        document = {"figures": figures, "samples": samples}
        pathlib.Path(chosen.json).write_text(json.dumps(document, indent=1))
    return 1 if failed or (chosen.check and missed) else 0


if __name__ == "__main__":
    sys.exit(main())
