"""deltalake: a table whose versions are files that are created only once, by whoever comes first."""

import collections
import concurrent.futures

import elsewhere
from clients import in_long_runs_only
from programs import ADMIN, REGION

pytestmark = in_long_runs_only

WRITERS = 8


class Table:
    """Runs beside the other packages; tells numbers, not tables."""

    def __init__(self, url, bucket):
        self.url = f"s3://{bucket}/tables/lines"
        self.options = {
            "aws_endpoint_url": url,
            "aws_access_key_id": ADMIN.key,
            "aws_secret_access_key": ADMIN.secret,
            "aws_region": REGION,
            "aws_allow_http": "true",
            "aws_conditional_put": "etag",
        }

    def append(self, first, count):
        import deltalake
        import polars

        lines = polars.DataFrame({"line": range(first, first + count)})
        deltalake.write_deltalake(self.url, lines, mode="append", storage_options=self.options)

    def append_at_once(self, writers, count):
        """Many writers, each with an append of its own; whoever loses tries again with the next version."""
        with concurrent.futures.ThreadPoolExecutor(writers) as pool:
            jobs = [pool.submit(self.append, index * count, count) for index in range(1, writers + 1)]
            for job in jobs:
                job.result()

    def read(self, version=None):
        """The version, and its lines."""
        import deltalake
        import polars

        table = deltalake.DeltaTable(self.url, version=version, storage_options=self.options)
        return table.version(), sorted(polars.read_delta(table)["line"].to_list())

    def compact_and_clean(self):
        import deltalake

        table = deltalake.DeltaTable(self.url, storage_options=self.options)
        table.optimize.compact()
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        table.create_checkpoint()


def test_keeps_every_version_of_many_writers(server, bucket):
    table = elsewhere.Proxy("long", Table, server.url, bucket)
    table.append(0, 1_000)
    assert table.read() == (0, list(range(1_000)))
    table.append_at_once(WRITERS, 1_000)
    assert table.read() == (WRITERS, list(range(1_000 * (WRITERS + 1))))
    # Older versions stay readable.
    assert table.read(0) == (0, list(range(1_000)))

    # Each version was written once, and under a condition; the losers were told so.
    versions = [
        entry for entry in server.journal(bucket=bucket)
        if entry["operation"] == "PutObject" and "/_delta_log/" in entry["key"] and entry["key"].endswith(".json")
    ]  # fmt: skip
    assert {entry["headers"].get("if-none-match") for entry in versions} == {"*"}
    outcomes = collections.Counter(entry["status"] for entry in versions)
    assert outcomes[200] == WRITERS + 1
    assert set(outcomes) <= {200, 412}
    written = [entry["key"] for entry in versions if entry["status"] == 200]
    assert len(written) == len(set(written))

    table.compact_and_clean()
    # Compaction is one version more, vacuum two.
    assert table.read() == (WRITERS + 3, list(range(1_000 * (WRITERS + 1))))
