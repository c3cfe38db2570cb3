"""A list's document, byte for byte: what a client sees of keys that XML or a URL writes otherwise."""

import hashlib
import re

import pytest

from wire import Connection, encoded, signed

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
# A key, and how it is written without and with `encoding-type=url`; in byte order.
KEYS = [
    (" ", " ", "+"),
    ('"quoted"', "&quot;quoted&quot;", "%22quoted%22"),
    ("a&b", "a&amp;b", "a%26b"),
    ("a+b", "a+b", "a%2Bb"),
    ("b<c>", "b&lt;c&gt;", "b%3Cc%3E"),
    ("c\rd", "c&#13;d", "c%0Dd"),
    ("e*f_g-h.i", "e*f_g-h.i", "e*f_g-h.i"),
    ("~", "~", "%7E"),
    ("\x7f", "\x7f", "%7F"),
    ("é日", "é日", "%C3%A9%E6%97%A5"),
]
MD5 = hashlib.md5(b"hello").hexdigest()


@pytest.fixture
def call(server, bucket):
    """Sends a request to the bucket; the answer must be 200."""
    with Connection(server) as connection:

        def call(method, target, body=b"", headers=()):
            answer = connection.exchange(signed(server, method, f"/{bucket}{target}", body, headers))
            assert answer.status == 200, answer
            return answer

        yield call


def document(answer):
    """The text of a list, with the times, which must have milliseconds, replaced by T."""
    return re.sub(
        r"<LastModified>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z<", "<LastModified>T<", answer.body.decode()
    )


def contents(key, owner="", checksum="CRC64NVME", storage="STANDARD"):
    return (
        f"<Contents><Key>{key}</Key><LastModified>T</LastModified><ETag>&quot;{MD5}&quot;</ETag>"
        f"<ChecksumAlgorithm>{checksum}</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>"
        f"<Size>5</Size>{owner}<StorageClass>{storage}</StorageClass></Contents>"
    )


@pytest.mark.parametrize("column, query", [(1, ""), (2, "&encoding-type=url")], ids=["plain", "url"])
def test_writes_keys(call, bucket, column, query):
    for key in KEYS:
        call("PUT", f"/{encoded(key[0])}", b"hello")
    kind = "<EncodingType>url</EncodingType>" if query else ""
    assert document(call("GET", f"?list-type=2{query}")) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ListBucketResult xmlns="{NAMESPACE}"><Name>{bucket}</Name><Prefix></Prefix>'
        f"<KeyCount>{len(KEYS)}</KeyCount><MaxKeys>1000</MaxKeys>{kind}<IsTruncated>false</IsTruncated>"
        + "".join(contents(key[column]) for key in KEYS)
        + "</ListBucketResult>"
    )


@pytest.mark.parametrize("column, query", [(1, ""), (2, "&encoding-type=url")], ids=["plain", "url"])
def test_writes_common_prefixes_behind_objects(call, bucket, column, query):
    prefixes = [key for key in KEYS if key[0] != "~"]
    for key in prefixes:
        call("PUT", f"/{encoded(key[0])}/1", b"hello")
        call("PUT", f"/{encoded(key[0])}/2", b"hello")
    call("PUT", "/~", b"hello")
    kind = "<EncodingType>url</EncodingType>" if query else ""
    assert document(call("GET", f"?list-type=2&delimiter=%2F{query}")) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ListBucketResult xmlns="{NAMESPACE}"><Name>{bucket}</Name><Prefix></Prefix>'
        f"<KeyCount>{len(KEYS)}</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter>{kind}"
        "<IsTruncated>false</IsTruncated>"
        + contents("%7E" if query else "~")
        + "".join(f"<CommonPrefixes><Prefix>{key[column]}/</Prefix></CommonPrefixes>" for key in prefixes)
        + "</ListBucketResult>"
    )


def test_shows_checksums_storage_class_and_owner(call, bucket):
    call("PUT", "/a", b"hello", {"x-amz-checksum-crc32c": "mnG7TA==", "x-amz-storage-class": "STANDARD_IA"})
    call("PUT", "/b", b"hello")
    answer = call("GET", "?list-type=2&max-keys=1&fetch-owner=true")
    text = document(answer)
    token = re.search("<NextContinuationToken>(.*?)<", text)[1]
    owner = re.search("<Owner><ID>[0-9a-f]{64}</ID></Owner>", text)[0]
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ListBucketResult xmlns="{NAMESPACE}"><Name>{bucket}</Name><Prefix></Prefix>'
        f"<NextContinuationToken>{token}</NextContinuationToken><KeyCount>1</KeyCount><MaxKeys>1</MaxKeys>"
        f"<IsTruncated>true</IsTruncated>{contents('a', owner, 'CRC32C', 'STANDARD_IA')}</ListBucketResult>"
    )
    # The first version always shows the owner, and says what to go on behind only with a delimiter.
    assert document(call("GET", "?marker=a&max-keys=1&delimiter=%2F")) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ListBucketResult xmlns="{NAMESPACE}"><Name>{bucket}</Name><Prefix></Prefix><Marker>a</Marker>'
        f"<MaxKeys>1</MaxKeys><Delimiter>/</Delimiter><IsTruncated>false</IsTruncated>{contents('b', owner)}"
        "</ListBucketResult>"
    )


def test_pages_of_many_keys_hold_each_once(call):
    """More than the entries from which the page's size is foreseen, with keys that grow longer."""
    keys = sorted(f"{'long-' * (index % 40)}{index:03}" for index in range(120))
    for key in keys:
        call("PUT", f"/{key}", b"hello")
    for size in (7, 8, 9, 50, 1000):
        found, after = [], ""
        while True:
            body = call("GET", f"?list-type=2&max-keys={size}&start-after={after}").body.decode()
            page = re.findall("<Key>(.*?)</Key>", body)
            assert body.endswith("</Contents></ListBucketResult>") and f"<KeyCount>{len(page)}<" in body
            found += page
            if "<IsTruncated>false<" in body:
                break
            after = page[-1]
        assert found == keys, size
