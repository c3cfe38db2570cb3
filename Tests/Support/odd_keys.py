"""Keys that have broken emulators: each must come back from a listing and from a GET as it went in."""

ODD_KEYS = [
    "plain.csv",
    "with space.csv",
    " leading and trailing space ",
    "plus+sign",
    "per%cent",
    "%41 is not A",
    "%2F is not a slash",
    "a//b",
    "//",
    "/leading slash",
    "trailing slash/",
    "../x",
    "a/../b",
    "./a",
    "a/./b",
    "..",
    ".",
    "a?b=c&d",
    "a#b",
    "quote'double\"back\\slash",
    "<xml>&amp;</xml>",
    "semi;colon,comma:=@!$()*[]{}|^`~",
    "grüße/naïve",
    "e\u0301 is not \u00e9",
    "日本語/キー",
    "emoji 😀",
    "tab\tnewline\nreturn\r",
    "control \x01\x1f\x7f",
    "k" * 1024,
    "é" * 512,
]

# The same characters in few keys, for clients that are a process for each request.
FEW_ODD_KEYS = [
    "with space+plus, per%cent %41%2F, a?b=c&d#e",
    "quote'double\"back\\slash <&amp;> semi;colon:=@!$()*[]{}|^`~",
    "grüße/日本語 😀 e\u0301",
    "/leading//./a/../b",
    "trailing slash/",
    "control \x01\t\x7f",
]


def is_path(key):
    """Whether a key is what a file system calls a path: no segment is empty, `.` or `..`."""
    return not {"", ".", ".."} & set(key.split("/"))


def is_printable(key):
    """Whether it is free of control characters."""
    return all(character >= " " and character != "\x7f" for character in key)
