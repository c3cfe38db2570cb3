"""The command line of `Tests/Bench/run`."""

import argparse
import os
import pathlib

from measuring import ROOT

PEERS = ["nginx", "rclone", "moto", "nanio", "duckdb"]


def options():
    parser = argparse.ArgumentParser(
        prog="Tests/Bench/run",
        description="Measures fakestore and exporter beside their peers, interleaved, and prints Markdown tables.",
        epilog="examples: --quick; --rows 'GET 1 KiB,PUT 1 KiB' --connections 8 --peers rclone; --rows bill --long",
    )
    parser.add_argument(
        "--quick", action="store_true", help="one short round of the rows at 8 connections, fewer keys, smaller bill"
    )
    parser.add_argument("--long", action="store_true", help="also a bill of 10,000,000 lines (8 GB in --folder)")
    parser.add_argument("--rounds", type=int, default=5, help="of which the medians are shown (%(default)s)")
    parser.add_argument("--seconds", type=float, default=1, help="measured time of each cell (%(default)s)")
    parser.add_argument(
        "--rows", default="", metavar="TEXT,…", help="only rows whose title contains one of these; see --list"
    )
    parser.add_argument("--connections", default="", metavar="N,…", help="only small requests over so many connections")
    parser.add_argument(
        "--peers", default=",".join(PEERS), metavar="NAME,…", help="of %(default)s; `none` for no one"
    )
    parser.add_argument("--list", action="store_true", help="list the rows and measure nothing")
    # In memory by default, so that the programs are measured and not the disk; rclone and moto have no other.
    memory = pathlib.Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else ROOT / ".build"
    parser.add_argument(
        "--folder", type=pathlib.Path, default=memory, help="where the servers keep their data (%(default)s)"
    )
    parser.add_argument("--json", metavar="FILE", help="also write every single measurement to this file")
    parser.add_argument("--check", action="store_true", help="fail when a promised figure is missed")
    chosen = parser.parse_args()
    chosen.peers = [name for name in chosen.peers.split(",") if name != "none"]
    if unknown := set(chosen.peers) - set(PEERS):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    chosen.rows = [text.strip().lower() for text in chosen.rows.split(",") if text.strip()]
    chosen.connections = [int(number) for number in chosen.connections.split(",") if number]
    if chosen.quick:
        chosen.rounds, chosen.seconds = 1, min(chosen.seconds, 0.4)
        chosen.connections = chosen.connections or [8]
    chosen.milliseconds = max(50, round(chosen.seconds * 1000))
    chosen.keys = 50_000 if chosen.quick else 1_000_000
    chosen.large_bytes = (256 << 20) if chosen.quick else (2 << 30)
    return chosen


def wants(chosen, title):
    return not chosen.rows or any(text in title.lower() for text in chosen.rows)
