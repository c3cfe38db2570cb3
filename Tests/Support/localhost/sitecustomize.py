"""Lets every Python program started with this folder in PYTHONPATH find `bucket.localhost`.

Virtual-host style puts the bucket's name before the host. RFC 6761 says that every name below `localhost`
is the loopback address, but glibc asks DNS for it, so on a bare machine the name does not exist; `localhost`
itself is only there if /etc/hosts is. Nothing but these names is answered here.
"""

import socket

_getaddrinfo = socket.getaddrinfo


def _loopback(host, *arguments, **options):
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and f".{name.rstrip('.')}".endswith(".localhost"):
        host = "127.0.0.1"
    return _getaddrinfo(host, *arguments, **options)


socket.getaddrinfo = _loopback
