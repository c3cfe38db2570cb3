"""rclone: the Go SDK, version 2."""

import behaviours
from clients import UNSIGNED, Command, command
from odd_keys import is_path, is_printable
from programs import REGION


class Rclone(Command):
    put_payload = UNSIGNED
    parts = 4
    list_call = "ListObjects"
    says_wrong_secret_on_get = "HeadObject.*StatusCode: 403"
    # It takes a missing object for an empty folder, and copies that.
    says_missing = "FileNotFoundError.*got"

    def __init__(self, place):
        # With the provider AWS it wants a seekable body over http, which `rcat` has not.
        settings = {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ENDPOINT": place.url,
            "ACCESS_KEY_ID": place.credentials.key,
            "SECRET_ACCESS_KEY": place.credentials.secret,
            "REGION": REGION,
        }
        self.environment = {f"RCLONE_CONFIG_FAKE_{name}": value for name, value in settings.items()}
        self.environment |= {"HOME": place.home, "RCLONE_CONFIG": "/dev/null"}
        self.bucket, self.home = place.bucket, place.home

    @staticmethod
    def speaks(key):
        """It takes such names for folders, and shows dots and control characters by look-alikes."""
        return is_path(key) and is_printable(key)

    @staticmethod
    def lists(key):
        return is_path(key.strip("/")) and is_printable(key)

    def run(self, *arguments, stdin=b""):
        return command("rclone", "--retries=1", *arguments, stdin=stdin, environment=self.environment)

    def at_key(self, key):
        return f"fake:{self.bucket}/{key}"

    def put(self, key, content):
        self.run("rcat", self.at_key(key), stdin=content)

    def upload(self, key, path):
        self.run("copyto", "--s3-upload-cutoff=5M", path, self.at_key(key))

    def get(self, key):
        self.run("copyto", self.at_key(key), self.home / "got")
        return (self.home / "got").read_bytes()

    def get_range(self, key, start, end):
        return self.run("cat", f"--offset={start}", f"--count={end - start}", self.at_key(key))

    def copy(self, source, target):
        self.run("copyto", self.at_key(source), self.at_key(target))

    def list(self, prefix=""):
        listing = self.run("lsf", "--recursive", "--files-only", self.at_key(prefix)).decode()
        return [prefix + line for line in listing.split("\n")[:-1]]

    def delete(self, key):
        self.run("deletefile", self.at_key(key))

    def sync(self, folder, prefix):
        self.run("sync", folder, self.at_key(prefix))


test_behaves = behaviours.of(Rclone)
