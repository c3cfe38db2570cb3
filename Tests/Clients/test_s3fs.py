"""s3fs: fsspec on aiobotocore, the file system inside of pandas and dask."""

import behaviours
from clients import Client, in_long_runs_only
from programs import REGION

pytestmark = in_long_runs_only


class S3fs(Client):
    packages = "long"
    parts = 4
    says_missing = "FileNotFoundError"
    says_exists = "FileExistsError"
    says_wrong_secret = "PermissionError"

    def __init__(self, place):
        import s3fs

        self.bucket = place.bucket
        self.fs = s3fs.S3FileSystem(
            endpoint_url=place.url,
            key=place.credentials.key,
            secret=place.credentials.secret,
            client_kwargs={"region_name": REGION},
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    @staticmethod
    def speaks(key):
        """It strips slashes, and nothing is left of these."""
        return key != "//"

    @staticmethod
    def lists(key):
        return True

    def at_key(self, key):
        return f"{self.bucket}/{key}"

    def put(self, key, content):
        self.fs.pipe_file(self.at_key(key), content)

    def upload(self, key, path):
        self.fs.put_file(str(path), self.at_key(key), chunksize=5 << 20)

    def get(self, key):
        return self.fs.cat_file(self.at_key(key))

    def get_range(self, key, start, end):
        return self.fs.cat_file(self.at_key(key), start=start, end=end)

    def create(self, key, content):
        self.fs.pipe_file(self.at_key(key), content, mode="create")

    def copy(self, source, target):
        self.fs.cp_file(self.at_key(source), self.at_key(target))

    def list(self, prefix=""):
        found = self.fs.find(self.bucket, prefix=prefix)
        return [path.removeprefix(f"{self.bucket}/") for path in found]

    def delete(self, key):
        self.fs.rm_file(self.at_key(key))


test_behaves = behaviours.of(S3fs)
