"""What this project promises, and whether the run has kept it. A figure that was not measured is not judged."""

from servers import SERVERS

VERIFYING = [kind.name for kind in SERVERS if kind.verifies and kind.name != "fakestore"]

# Title, connections, against whom (the fastest of them), at least so many times its rate.
RATIOS = [
    *(("GET 1 KiB", n, VERIFYING, 4) for n in (8, 64)),
    *(("GET 1 KiB", n, ["nginx"], 1) for n in (8, 64)),
    *(("PUT 1 KiB", n, VERIFYING, 3) for n in (8, 64)),
    *(("PUT 1 KiB", n, ["nginx"], 1) for n in (8, 64)),
    ("GET 1 KiB", 1, VERIFYING, 1.2),
    ("PUT 1 KiB", 1, VERIFYING, 1.4),
    *(("GET 64 KiB", n, VERIFYING, 4) for n in (8, 64)),
    *(("PUT 64 KiB", n, VERIFYING, 3) for n in (8, 64)),
    *(("mixed", n, VERIFYING, 3) for n in (8, 64)),
    *(("HEAD", n, VERIFYING, 2) for n in (8, 64)),
    *(("list 1,000 keys", n, VERIFYING, 8) for n in (1, 8)),
]
# Title, connections, at most so many µs of CPU a request.
CPU = [("GET 1 KiB", 8, 14), ("PUT 1 KiB", 8, 20)]
START_MS, IDLE_MIB = 10, 12
PUT_BY_MD5, GET_BY_NGINX, PARTS_BY_BEST = 0.8, 1, 2
LARGE_MIB = 16
PAGE_MS, DELIMITER_MS = 3, 10
TRICKLE_MIB, TRICKLE_SLOWER = 20, 1.1
BILL_BY_DUCKDB, BILL_MIB, LINEAR = 1, 64, 1.15


def at_least(text, value, bar):
    return f"{text}: {value:.2f}, at least {bar}", value >= bar


def at_most(text, value, bar):
    return f"{text}: {value:.2f}, at most {bar}", value <= bar


def small(cells):
    """Of the small requests: `cells` by (server, row)."""
    found = {(name, row.title, row.connections): cell for (name, row), cell in cells.items()}
    for title, connections, peers, bar in RATIOS:
        own = found.get(("fakestore", title, connections))
        rates = {name: found[name, title, connections]["rate"] for name in peers if (name, title, connections) in found}
        if own and rates:
            best = max(rates, key=rates.get)
            yield at_least(f"{title} at {connections}, by {best}", own["rate"] / rates[best], bar)
    for title, connections, bar in CPU:
        if own := found.get(("fakestore", title, connections)):
            yield at_most(f"{title} at {connections}, µs CPU", own["cpu_us"], bar)


def large(rates):
    """Bytes a second by (server, kind), with the MD5's under ("md5", "")."""
    if ("fakestore", "PUT") in rates:
        yield at_least("PUT 256 MiB, by MD5", rates["fakestore", "PUT"] / rates["md5", ""], PUT_BY_MD5)
    if ("fakestore", "GET") in rates and ("nginx", "GET") in rates:
        yield at_least("GET 256 MiB, by nginx", rates["fakestore", "GET"] / rates["nginx", "GET"], GET_BY_NGINX)
    peers = {name: rate for (name, kind), rate in rates.items() if kind == "multipart" and name != "fakestore"}
    if ("fakestore", "multipart") in rates and peers:
        best = max(peers, key=peers.get)
        yield at_least(f"parts, by {best}", rates["fakestore", "multipart"] / peers[best], PARTS_BY_BEST)
