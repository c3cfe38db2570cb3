"""pyarrow's S3FileSystem: the C++ SDK."""

import behaviours
from clients import TRAILER_UNSIGNED, Client
from odd_keys import is_path
from programs import REGION


class PyArrow(Client):
    parts = 2
    # Small or large, it writes in parts, and each is a chunked body with a checksum behind it.
    put_call = "UploadPart"
    put_payload = part_payload = TRAILER_UNSIGNED
    says_wrong_secret = "SIGNATURE_DOES_NOT_MATCH"
    says_wrong_secret_on_get = "ACCESS_DENIED during HeadObject"
    says_missing = "FileNotFoundError"
    leaves_folders = True

    def __init__(self, place):
        import pyarrow.fs

        self.bucket = place.bucket
        self.fs = pyarrow.fs.S3FileSystem(
            access_key=place.credentials.key,
            secret_key=place.credentials.secret,
            endpoint_override=place.url.removeprefix("http://"),
            scheme="http",
            region=REGION,
        )

    @staticmethod
    def speaks(key):
        """Arrow refuses empty segments; the SDK normalises dots, after it has signed them."""
        return is_path(key)

    @staticmethod
    def lists(key):
        """Dots are listed as they are."""
        return is_path(key.replace(".", "x"))

    def at_key(self, key):
        return f"{self.bucket}/{key}"

    def put(self, key, content):
        with self.fs.open_output_stream(self.at_key(key)) as stream:
            stream.write(content)

    def upload(self, key, path):
        self.put(key, path.read_bytes())

    def get(self, key):
        with self.fs.open_input_stream(self.at_key(key)) as stream:
            return stream.read()

    def get_range(self, key, start, end):
        with self.fs.open_input_file(self.at_key(key)) as file:
            return file.read_at(end - start, start)

    def copy(self, source, target):
        self.fs.copy_file(self.at_key(source), self.at_key(target))

    def list(self, prefix=""):
        import pyarrow.fs

        selector = pyarrow.fs.FileSelector(self.at_key(prefix).rstrip("/"), recursive=True)
        found = self.fs.get_file_info(selector)
        return [i.path.removeprefix(f"{self.bucket}/") for i in found if i.type == pyarrow.fs.FileType.File]

    def delete(self, key):
        self.fs.delete_file(self.at_key(key))


test_behaves = behaviours.of(PyArrow)
