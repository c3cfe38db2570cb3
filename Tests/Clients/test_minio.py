"""minio-py: MinIO's own SDK, with its own signer."""

import behaviours
from clients import Client, in_long_runs_only
from odd_keys import is_path
from programs import REGION

pytestmark = in_long_runs_only


class Minio(Client):
    packages = "long"
    parts = 4

    def __init__(self, place):
        import minio

        self.bucket = place.bucket
        self.client = minio.Minio(
            endpoint=place.url.removeprefix("http://"),
            access_key=place.credentials.key,
            secret_key=place.credentials.secret,
            region=REGION,
            secure=False,
        )

    @staticmethod
    def speaks(key):
        """It refuses segments of dots."""
        return is_path(key.replace("//", "/x/").strip("/"))

    @staticmethod
    def lists(key):
        return True

    def put(self, key, content):
        import io

        self.client.put_object(
            bucket_name=self.bucket, object_name=key, data=io.BytesIO(content), length=len(content)
        )

    def upload(self, key, path):
        self.client.fput_object(
            bucket_name=self.bucket, object_name=key, file_path=str(path), part_size=5 << 20
        )

    def get(self, key):
        return self.read(key)

    def get_range(self, key, start, end):
        return self.read(key, offset=start, length=end - start)

    def read(self, key, **range_):
        answer = self.client.get_object(bucket_name=self.bucket, object_name=key, **range_)
        try:
            return answer.read()
        finally:
            answer.close()
            answer.release_conn()

    def copy(self, source, target):
        from minio.commonconfig import CopySource

        self.client.copy_object(
            bucket_name=self.bucket,
            object_name=target,
            source=CopySource(bucket_name=self.bucket, object_name=source),
        )

    def list(self, prefix=""):
        found = self.client.list_objects(bucket_name=self.bucket, prefix=prefix, recursive=True)
        return [entry.object_name for entry in found]

    def delete(self, key):
        self.client.remove_object(bucket_name=self.bucket, object_name=key)


test_behaves = behaviours.of(Minio)
