"""Markdown out of measurements."""

import datetime
import os
import platform
import statistics
import subprocess


def table(header, lines):
    """The first column to the left, all others to the right."""
    rows = [header, ["---"] + ["---:"] * (len(header) - 1)] + lines
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def medians(samples):
    """The median of each field of a list of dictionaries."""
    return {field: statistics.median(sample[field] for sample in samples) for field in samples[0]}


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def small(names, rows, cells):
    """One line per row: each server's rate and CPU, and fakestore's rate as a multiple of each peer's."""
    header = ["", "connections", "fakestore req/s", "µs CPU", "p50 / p99 ms"]
    peers = [name for name in names if name != "fakestore"]
    for name in peers:
        header += [f"{name} req/s", "µs CPU", "ratio"]
    lines = []
    for row in rows:
        own = cells.get(("fakestore", row))
        line = [row.title, str(row.connections)]
        line += [
            number(own["rate"]), f"{own['cpu_us']:.1f}", f"{own['p50_us'] / 1000:.2f} / {own['p99_us'] / 1000:.2f}",
        ] if own else [""] * 3  # fmt: skip
        for name in peers:
            cell = cells.get((name, row))
            ratio = f"{own['rate'] / cell['rate']:.2f}" if own and cell else ""
            line += [number(cell["rate"]), f"{cell['cpu_us']:.1f}", ratio] if cell else [""] * 3
        lines.append(line)
    return table(header, lines)


def file_system(folder):
    """The type of the file system that holds the folder, as in `tmpfs` or `ext4`."""
    found = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True)
    return found.stdout.strip() or "?"


def conditions(chosen):
    """Where and how the figures came about."""
    return (
        f"Medians of {chosen.rounds} round{'s'[: chosen.rounds > 1]} of {chosen.milliseconds} ms, "
        f"{datetime.date.today()}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Linux {platform.release().split('-')[0]}; data on {file_system(chosen.folder)}, the generator on the same "
        "cores. Ratio: fakestore's rate by the peer's."
    )
