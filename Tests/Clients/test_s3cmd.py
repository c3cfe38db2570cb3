"""s3cmd: a signer and an XML reader of its own, in Python."""

import behaviours
from clients import Command, command
from odd_keys import is_printable


class S3cmd(Command):
    parts = 2
    reads_to_the_end = True
    list_call = "ListObjects"
    # Refused the bucket's region, it tries `US`, and then the old signature.
    says_wrong_secret_on_get = r"400 \(Bad Request\)"
    says_missing = "does not exist"

    def __init__(self, place):
        self.bucket, self.home = place.bucket, place.home
        host = place.url.removeprefix("http://")
        self.options = [
            "--config=/dev/null",
            "--no-ssl",
            "--no-progress",
            f"--host={host}",
            f"--host-bucket={host}",
            f"--access_key={place.credentials.key}",
            f"--secret_key={place.credentials.secret}",
        ]

    @staticmethod
    def speaks(key):
        """It takes a slash at the end for a folder."""
        return not key.endswith("/")

    @staticmethod
    def lists(key):
        """Its XML reader stops at the references to control characters that S3 sends."""
        return is_printable(key)

    def run(self, *arguments, stdin=b""):
        return command("s3cmd", *self.options, *arguments, stdin=stdin, environment={"HOME": self.home})

    def at_key(self, key):
        return f"s3://{self.bucket}/{key}"

    def put(self, key, content):
        path = self.home / "put"
        path.write_bytes(content)
        self.run("put", path, self.at_key(key))

    def upload(self, key, path):
        self.run("put", path, self.at_key(key))

    def get(self, key):
        self.run("get", "--force", self.at_key(key), self.home / "got")
        return (self.home / "got").read_bytes()

    def get_range(self, key, start, end):
        # It can go on with a download, and only that.
        (self.home / "got").write_bytes(bytes(start))
        self.run("get", "--continue", self.at_key(key), self.home / "got")
        return (self.home / "got").read_bytes()[start:]

    def copy(self, source, target):
        self.run("cp", self.at_key(source), self.at_key(target))

    def list(self, prefix=""):
        listing = self.run("ls", "--recursive", self.at_key(prefix)).decode()
        start = f"s3://{self.bucket}/"
        return [line.partition(start)[2] for line in listing.split("\n")[:-1]]

    def delete(self, key):
        self.run("del", self.at_key(key))

    def sync(self, folder, prefix):
        self.run("sync", f"{folder}/", self.at_key(prefix))


test_behaves = behaviours.of(S3cmd)
