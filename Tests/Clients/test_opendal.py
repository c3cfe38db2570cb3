"""opendal: Apache's own S3 client and signer, in Rust."""

import behaviours
from clients import UNSIGNED, Client, in_long_runs_only
from odd_keys import is_path
from programs import REGION

pytestmark = in_long_runs_only


class OpenDAL(Client):
    packages = "long"
    put_payload = part_payload = UNSIGNED
    parts = 4
    says_missing = "NotFound"
    says_exists = "ConditionNotMatch"

    def __init__(self, place):
        import opendal

        self.operator = opendal.Operator(
            "s3",
            bucket=place.bucket,
            endpoint=place.url,
            access_key_id=place.credentials.key,
            secret_access_key=place.credentials.secret,
            region=REGION,
        )

    @staticmethod
    def speaks(key):
        """Before it sends it strips blanks and slashes; dots are normalised after they were signed."""
        return is_path(key) and key == key.strip()

    @staticmethod
    def lists(key):
        return not key.startswith("/")

    def put(self, key, content):
        self.operator.write(key, content)

    def upload(self, key, path):
        self.operator.write(key, path.read_bytes(), chunk=5 << 20)

    def get(self, key):
        return bytes(self.operator.read(key))

    def get_range(self, key, start, end):
        return bytes(self.operator.read(key, offset=start, size=end - start))

    def create(self, key, content):
        self.operator.write(key, content, if_not_exists=True)

    def copy(self, source, target):
        self.operator.copy(source, target)

    def list(self, prefix=""):
        return [entry.path for entry in self.operator.list(prefix, recursive=True) if entry.path != prefix]

    def delete(self, key):
        self.operator.delete(key)


test_behaves = behaviours.of(OpenDAL)
