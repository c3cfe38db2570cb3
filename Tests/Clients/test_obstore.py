"""obstore: Rust's object_store, the client inside of polars, DataFusion and delta-rs."""

import behaviours
from clients import Client
from odd_keys import is_path, is_printable
from programs import REGION


class Obstore(Client):
    parts = 4

    def __init__(self, place):
        from obstore.store import S3Store

        self.store = S3Store(
            place.bucket,
            endpoint=place.url,
            access_key_id=place.credentials.key,
            secret_access_key=place.credentials.secret,
            region=REGION,
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )

    @staticmethod
    def speaks(key):
        """object_store's Path refuses other segments and control characters, and a listing that has them."""
        return is_path(key) and is_printable(key)

    def put(self, key, content):
        self.store.put(key, content)

    def upload(self, key, path):
        self.store.put(key, path)

    def get(self, key):
        return bytes(self.store.get(key).bytes())

    def get_range(self, key, start, end):
        return bytes(self.store.get_range(key, start=start, end=end))

    def create(self, key, content):
        self.store.put(key, content, mode="create")

    def copy(self, source, target):
        self.store.copy(source, target)

    def list(self, prefix=""):
        return [entry["path"] for page in self.store.list(prefix) for entry in page]

    def delete(self, key):
        self.store.delete(key)


test_behaves = behaviours.of(Obstore)
