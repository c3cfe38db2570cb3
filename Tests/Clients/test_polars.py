"""polars: writes and scans Parquet files by Rust's object_store."""

import elsewhere
from clients import in_long_runs_only
from programs import ADMIN, REGION

pytestmark = in_long_runs_only

ROWS = 3_000_000


class Polars:
    """Runs beside the other packages; tells numbers, not frames."""

    def __init__(self, url, bucket):
        self.bucket = bucket
        self.options = {
            "aws_endpoint_url": url,
            "aws_access_key_id": ADMIN.key,
            "aws_secret_access_key": ADMIN.secret,
            "aws_region": REGION,
            "aws_allow_http": "true",
        }

    def write(self, key):
        """Writes a file that does not compress well; the sum of account 1's costs."""
        import polars

        numbers = polars.int_range(ROWS, eager=True)
        frame = polars.DataFrame({
            "line": numbers.hash(1), "cost": numbers.hash(2) % 1_000_003, "account": numbers % 3,
        })  # fmt: skip
        frame.write_parquet(f"s3://{self.bucket}/{key}", storage_options=self.options, row_group_size=200_000)
        return self.cost(frame.lazy())

    def read(self, pattern):
        """The same sum, out of a scan of the files."""
        import polars

        return self.cost(polars.scan_parquet(f"s3://{self.bucket}/{pattern}", storage_options=self.options))

    def cost(self, lines):
        import polars

        return lines.filter(polars.col("account") == 1).select("cost").sum().collect().item()


def test_writes_and_scans_parquet(server, bucket):
    polars = elsewhere.Proxy("long", Polars, server.url, bucket)
    expected = polars.write("year=2026/lines.parquet")
    written = server.journal(bucket=bucket)
    assert {entry["status"] for entry in written} == {200}
    operations = [entry["operation"] for entry in written]
    assert operations.count("CompleteMultipartUpload") == 1
    assert operations.count("UploadPart") > 1

    assert polars.read("year=2026/lines.parquet") == expected
    # A pattern lists first.
    assert polars.read("year=*/*.parquet") == expected
    read = server.journal(bucket=bucket)[len(written) :]
    assert "ListObjectsV2" in [entry["operation"] for entry in read]
    gets = [entry for entry in read if entry["operation"] == "GetObject"]
    assert gets and all(get["status"] == 206 and "range" in get["headers"] for get in gets)
    # The column that was not asked for is half of the file, and was never read.
    assert sum(get["bytesOut"] for get in gets) < 2 * 0.6 * sum(entry["bytesIn"] for entry in written)
