"""Measures fakestore beside its peers, interleaved, and prints the medians as Markdown tables.

All servers run at once, idle but for the one that is measured, on the same machine as the generator: the
figures say how they compare here, not how fast any of them can be. Every round measures every row on
every server before the next round begins, so that a slow minute of the machine hits all of them.
"""

import collections
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import bars
import bills
import large
import listing
import report
import rows
import signing
import trickling
from measuring import ROOT, CellFailed, play
from options import options, wants
from report import number
from servers import SERVERS, FakeStore

START, MEMORY, TRICKLE = "start", "memory of a large object", "trickling clients"
LISTING, BILL, RESALE = "lists of very many keys", "bill", "bill resale"


class Bench:
    """One run: what was chosen, what was measured, and what went wrong."""

    def __init__(self, chosen, folder):
        self.chosen, self.folder = chosen, folder
        self.file, self.block = folder / "requests", folder / "block"
        self.block.write_bytes(large.BLOCK)
        self.servers = [kind for kind in SERVERS if kind is FakeStore or kind.name in chosen.peers]
        self.samples, self.failures, self.judged = [], [], []

    def log(self, text):
        print(text, file=sys.stderr, flush=True)

    def attempt(self, name, step):
        """A cell's figures, or None when it failed; the others go on, and the end of the run tells."""
        try:
            return step()
        except CellFailed as failure:
            self.log(f"FAILED: {failure}")
            self.failures.append((name, str(failure)))
            return None

    def keep(self, section, name, title, figures):
        self.samples.append({"section": section, "server": name, "title": title, **figures})

    @contextlib.contextmanager
    def fresh(self, kind, name):
        """A server of its own in a folder that goes with it."""
        folder = self.folder / name
        server = kind(folder)
        try:
            server.start_ms = server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder)

    # Sections; each prints its table.

    def start(self):
        """Milliseconds to the first signed answer and the memory of the idle server after it."""
        lines = []
        for kind in self.servers:
            samples = []
            for repeat in range(3 if kind.is_slow or self.chosen.quick else 11):
                with self.fresh(kind, "start") as server:
                    samples.append({"start_ms": server.start_ms, "idle_mib": server.memory_mib("VmRSS")})
            median = report.medians(samples)
            self.keep(START, kind.name, START, median)
            lines.append([kind.name, f"{median['start_ms']:.1f} ms", f"{median['idle_mib']:.1f} MiB"])
            if kind is FakeStore:
                self.judged.append(bars.at_most("start to first signed answer, ms", median["start_ms"], bars.START_MS))
                self.judged.append(bars.at_most("idle memory, MiB", median["idle_mib"], bars.IDLE_MIB))
        print(report.table(["", "start to first answer", "idle"], lines), end="\n\n")

    def small(self, chosen_rows, running):
        """The rows of small requests."""
        cells = collections.defaultdict(list)
        for round_ in range(self.chosen.rounds):
            for row in chosen_rows:
                for server in running:
                    if row.needs in server.lacks or (server.is_slow and row.connections != 8):
                        continue
                    requests = row.requests(server)
                    step = lambda: play(server, requests, self.file, row.connections, self.chosen.milliseconds)
                    if figures := self.attempt(server.name, step):
                        cells[server.name, row].append(figures)
                        self.keep("small", server.name, f"{row.title} at {row.connections}", figures)
            self.log(f"small requests: round {round_ + 1} of {self.chosen.rounds} done")
        cells = {key: report.medians(samples) for key, samples in cells.items()}
        print(report.small([server.name for server in running], chosen_rows, cells), end="\n\n")
        if any(row.title == "mixed" for row in chosen_rows):
            print(f"mixed: {rows.MIX_WORDS}; other keys are written than read.")
        peaks = ", ".join(f"{server.name} {number(server.memory_mib('VmHWM'))} MiB" for server in running)
        print(f"Peak memory in these rows: {peaks}.\n")
        self.judged += bars.small(cells)

    def large(self, kinds, running):
        """256 MiB in, out and in parts, beside MD5."""
        rates = collections.defaultdict(list)
        cpu = collections.defaultdict(list)
        for round_ in range(self.chosen.rounds):
            rates["md5", ""].append(large.md5_rate())
            for kind in kinds:
                for server in running:
                    if kind in server.lacks:
                        continue
                    if figures := self.attempt(
                        server.name, lambda: large.ROWS[kind](server, self.file, self.block)
                    ):
                        rates[server.name, kind].append(large.SIZE / figures["seconds"])
                        cpu[server.name, kind].append(figures["cpu_us"] / 1e6)
                        self.keep("large", server.name, large.TITLES[kind], figures)
                        if round_ == 0:
                            self.attempt(server.name, lambda: large.check(server, kind))
            self.log(f"large objects: round {round_ + 1} of {self.chosen.rounds} done")
        rates = {key: statistics.median(values) for key, values in rates.items()}
        lines = []
        for kind in kinds:
            own = rates.get(("fakestore", kind))
            line = [large.TITLES[kind]]
            for server in running:
                rate = rates.get((server.name, kind))
                line += [number(rate / 1e6), f"{statistics.median(cpu[server.name, kind]):.2f}"] if rate else ["", ""]
                if server.name != "fakestore":
                    line.append(f"{own / rate:.2f}" if own and rate else "")
            lines.append(line)
        header = [""]
        for server in running:
            header += [f"{server.name} MB/s", "s CPU"] + (["ratio"] if server.name != "fakestore" else [])
        print(report.table(header, lines), end="\n\n")
        print(
            f"One core's MD5 (OpenSSL) in the same rounds: {number(rates['md5', ''] / 1e6)} MB/s. "
            "`UNSIGNED-PAYLOAD`; in parts: Create, 32 parts and Complete together.\n"
        )
        self.judged += bars.large(rates)

    def memory(self):
        size = self.chosen.large_bytes
        with self.fresh(FakeStore, "memory") as server:
            found = self.attempt("fakestore", lambda: large.memory(server, self.file, self.block, size))
        if found:
            lines = [
                [f"PUT {size >> 20:,} MiB", f"{found['in']['seconds']:.2f} s", f"{found['in']['peak']:.1f} MiB"],
                [f"GET {size >> 20:,} MiB", f"{found['out']['seconds']:.2f} s", f"{found['out']['peak']:.1f} MiB"],
            ]
            print(report.table(["", "time", "peak"], lines))
            print(f"\nIdle before: {found['idle']:.1f} MiB.\n")
            added = max(found["in"]["peak"], found["out"]["peak"]) - found["idle"]
            self.judged.append(bars.at_most("memory added by a large object, MiB", added, bars.LARGE_MIB))

    def trickle(self, server):
        step = lambda: trickling.measure(server, self.folder, min(3, self.chosen.rounds), self.chosen.milliseconds)
        if found := self.attempt("fakestore", step):
            self.keep(TRICKLE, "fakestore", TRICKLE, found)
            lines = [
                ["alone", number(found["alone_rate"]), f"{found['alone_us']:.0f} µs", ""],
                [
                    f"beside {trickling.CONNECTIONS:,} clients that send a byte a second",
                    number(found["beside_rate"]), f"{found['beside_us']:.0f} µs", f"{found['added_mib']:.1f} MiB",
                ],
            ]  # fmt: skip
            print(report.table(["GET 1 KiB at 8 connections", "req/s", "p50", "memory added"], lines), end="\n\n")
            slower = found["beside_us"] / found["alone_us"]
            self.judged.append(bars.at_most("memory of trickling clients, MiB", found["added_mib"], bars.TRICKLE_MIB))
            self.judged.append(bars.at_most("the others' median beside them", slower, bars.TRICKLE_SLOWER))

    def listing(self):
        count = self.chosen.keys
        with self.fresh(FakeStore, "listing") as server:
            seconds = self.attempt("fakestore", lambda: listing.fill(server, count, self.file))
            found = seconds and self.attempt(
                "fakestore", lambda: list(listing.measure(server, count, self.file, self.chosen.milliseconds))
            )
            memory = server.memory_mib("VmHWM")
        if found:
            lines = []
            for title, figures in found:
                self.keep(LISTING, "fakestore", title, figures)
                milliseconds = figures["p50_us"] / 1000
                times = (milliseconds, figures["p99_us"] / 1000, figures["cpu_us"] / 1000)
                lines.append([title, *(f"{time:.2f}" for time in times)])
                bar = bars.DELIMITER_MS if "prefixes" in title else bars.PAGE_MS
                self.judged.append(bars.at_most(f"{title}, ms", milliseconds, bar))
            title = f"of {count:,} keys under {listing.PREFIXES:,} prefixes"
            print(report.table([title, "p50 ms", "p99 ms", "CPU ms"], lines))
            print(f"\nThe keys were put in {seconds:.1f} s over 64 connections; peak memory {memory:.1f} MiB.\n")

    def bill(self, title, view, line_counts):
        lines, per_line = [], {}
        with_duckdb = "duckdb" in self.chosen.peers
        for count in line_counts:
            source = bills.bill(ROOT / ".build/bench", count)
            ours, theirs = [], []
            state = bills.Bills(self.folder, source, view)
            try:
                for round_ in range(min(self.chosen.rounds, 5 if count <= 1_000_000 else 2)):
                    figures, file = state.render()
                    ours.append(figures)
                    if with_duckdb:
                        figures, other = state.rewrite()
                        theirs.append(figures)
                        if round_ == 0:
                            exported = state.check(file, other)
                            self.log(f"{title}: {exported:,} of {count:,} lines, the same as DuckDB's")
            finally:
                state.remove()
            own, other = report.medians(ours), report.medians(theirs) if theirs else None
            self.keep(title, "exporter", f"{count} lines", own)
            per_line[count] = own["seconds"] / count
            line = [f"{count:,} lines", f"{own['seconds']:.2f} s", f"{own['cpu']:.2f} s", f"{own['peak']:.1f} MiB"]
            if other:
                self.keep(title, "duckdb", f"{count} lines", other)
                ratio = own["seconds"] / other["seconds"]
                line += [f"{other['seconds']:.2f} s", f"{other['cpu']:.2f} s", f"{other['peak']:.0f} MiB", f"{ratio:.2f}"]
                words = f"{title} of {count:,} lines, by DuckDB's time"
                self.judged.append(bars.at_most(words, ratio, bars.BILL_BY_DUCKDB))
            self.judged.append(bars.at_most(f"{title} of {count:,} lines, MiB", own["peak"], bars.BILL_MIB))
            line += [f"{state.import_seconds:.2f} s", f"{state.import_mib:.1f} MiB"]
            lines.append(line)
        if len(per_line) == 2:
            few, many = per_line.values()
            self.judged.append(bars.at_most("time a line, ten times as many lines", many / few, bars.LINEAR))
        header = [title, "exporter run", "CPU", "peak"]
        header += ["DuckDB", "CPU", "peak", "time's ratio"] if with_duckdb else []
        print(report.table(header + ["exporter import", "peak"], lines))
        print(
            "\nOne account's fifth of the bill, filtered and rewritten"
            + (", at the prices of a book of 200 rules" if view == "resale" else "")
            + "; the exporter also makes the totals, hashes the "
            "file and synchronizes it to the disk. DuckDB with one thread for each core.\n"
        )


def build(*products):
    """The release builds of what is measured, unless FAKESTORE_BIN or EXPORTER_BIN names another one."""
    for product in products:
        if product and f"{product.upper()}_BIN" not in os.environ:
            command = ["swift", "build", "-c", "release", "--product", product]
            subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=True)


def main():
    chosen = options()
    small = [row for row in rows.rows() if wants(chosen, row.title)]
    if chosen.connections:
        small = [row for row in small if row.connections in chosen.connections]
    kinds = [kind for kind, title in large.TITLES.items() if wants(chosen, title)]
    if chosen.list:
        titles = dict.fromkeys(row.title for row in rows.rows())
        print("\n".join([*titles, *large.TITLES.values(), START, MEMORY, TRICKLE, LISTING, BILL, RESALE]))
        return 0
    serves = small or kinds or any(wants(chosen, title) for title in (START, MEMORY, TRICKLE, LISTING))
    build("fakestore" if serves else None, "exporter" if wants(chosen, BILL) or wants(chosen, RESALE) else None)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=chosen.folder))
    try:
        with contextlib.ExitStack() as stack:
            bench = Bench(chosen, folder)
            if wants(chosen, START):
                bench.start()
            if small or kinds or wants(chosen, TRICKLE):
                # The last row needs only ours.
                needed = bench.servers if small or kinds else [FakeStore]
                running = [stack.enter_context(bench.fresh(kind, f"with-{kind.name}")) for kind in needed]
                signing.check(running[0])
                for server in running:
                    rows.fill(server)
                if small:
                    bench.small(small, running)
                if wants(chosen, TRICKLE):
                    bench.trickle(running[0])
                if kinds:
                    bench.large(kinds, running)
        if wants(chosen, MEMORY):
            bench.memory()
        if wants(chosen, LISTING):
            bench.listing()
        counts = [100_000 if chosen.quick else 1_000_000] + ([10_000_000] if chosen.long else [])
        for title, view in ((BILL, "cost"), (RESALE, "resale")):
            if wants(chosen, title):
                bench.attempt("exporter", lambda title=title, view=view: bench.bill(title, view, counts))
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    print(report.conditions(chosen), end="\n\n")
    for text, kept in bench.judged:
        print(f"{'kept' if kept else 'MISSED'}: {text}")
    for name, text in bench.failures:
        print(f"FAILED: {text}")
    if chosen.json:
        pathlib.Path(chosen.json).write_text(json.dumps(bench.samples, indent=1))
    # A peer that can't do a row has no figure in it; we must.
    failed = any(name in ("fakestore", "exporter") for name, _ in bench.failures)
    return 1 if failed or (chosen.check and not all(kept for _, kept in bench.judged)) else 0


if __name__ == "__main__":
    sys.exit(main())
