"""smart_open: streams of its own on boto3."""

import behaviours
from clients import Client, in_long_runs_only
from programs import REGION

pytestmark = in_long_runs_only


class SmartOpen(Client):
    packages = "long"
    # Small or large, it writes in parts.
    put_call = "UploadPart"
    parts = 4
    reads_to_the_end = True
    says_missing = "NoSuchKey|404"

    def __init__(self, place):
        import boto3

        self.bucket = place.bucket
        self.client = boto3.session.Session().client(
            "s3",
            endpoint_url=place.url,
            aws_access_key_id=place.credentials.key,
            aws_secret_access_key=place.credentials.secret,
            region_name=REGION,
        )

    def open(self, key, mode, **options):
        import smart_open

        options["client"] = self.client
        url = f"s3://{self.bucket}/{key}"
        return smart_open.open(url, mode, transport_params=options, compression="disable")

    def put(self, key, content):
        with self.open(key, "wb") as stream:
            stream.write(content)

    def upload(self, key, path):
        with self.open(key, "wb", min_part_size=5 << 20) as stream, open(path, "rb") as file:
            while piece := file.read(1 << 20):
                stream.write(piece)

    def get(self, key):
        with self.open(key, "rb") as stream:
            return stream.read()

    def get_range(self, key, start, end):
        with self.open(key, "rb", defer_seek=True) as stream:
            stream.seek(start)
            return stream.read(end - start)


test_behaves = behaviours.of(SmartOpen)
