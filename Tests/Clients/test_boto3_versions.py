"""boto3 with its default settings: the current one, and the last before it added checksums by itself."""

import behaviours
from clients import Client
from programs import REGION


class Boto3(Client):
    """Current: over http a CRC32 in the head, beside a signed body."""

    parts = 3
    digest = "x-amz-checksum-crc32"

    def __init__(self, place):
        import boto3

        self.bucket = place.bucket
        self.s3 = boto3.session.Session().client(
            "s3",
            endpoint_url=place.url,
            aws_access_key_id=place.credentials.key,
            aws_secret_access_key=place.credentials.secret,
            region_name=REGION,
        )

    def put(self, key, content):
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def upload(self, key, path):
        self.s3.upload_file(str(path), self.bucket, key)

    def get(self, key):
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def get_range(self, key, start, end):
        range_ = f"bytes={start}-{end - 1}"
        return self.s3.get_object(Bucket=self.bucket, Key=key, Range=range_)["Body"].read()

    def create(self, key, content):
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content, IfNoneMatch="*")

    def copy(self, source, target):
        self.s3.copy({"Bucket": self.bucket, "Key": source}, self.bucket, target)

    def list(self, prefix=""):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def delete(self, key):
        self.s3.delete_object(Bucket=self.bucket, Key=key)


class Boto3Before2025(Boto3):
    """1.34, of which many programs are: no checksum unless it is asked for."""

    packages = "boto3-1.34"
    digest = None
    create = None  # IfNoneMatch came with 1.35


test_current_behaves = behaviours.of(Boto3)
test_older_behaves = behaviours.of(Boto3Before2025)
