"""A TCP relay that forwards exactly so many bytes and then tells: a crash at a chosen point of a flow."""

import contextlib
import select
import socket
import threading


class Relay:
    """Stands before a server. After `budget` bytes, both directions together, `at_end` is called and every
    connection is closed. Without a budget it only counts."""

    def __init__(self, server, budget=None, at_end=None):
        self.server, self.budget, self.at_end = server, budget, at_end
        self.forwarded = 0
        self._ended = False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                thread = threading.Thread(target=self._relay, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _relay(self, client):
        with client, contextlib.suppress(OSError):
            server = socket.create_connection((self.server.host, self.server.port))
            with server:
                other = {client: server, server: client}
                while True:
                    for source in select.select(list(other), [], [])[0]:
                        data = source.recv(65_536)
                        if not data:
                            return
                        if not self._forward(data, other[source]):
                            return

    def _forward(self, data, target):
        with self._lock:
            if self._ended:
                return False
            if self.budget is not None and self.forwarded + len(data) >= self.budget:
                target.sendall(data[: self.budget - self.forwarded])
                self.forwarded = self.budget
                self._ended = True
                self.at_end()
                return False
            self.forwarded += len(data)
        target.sendall(data)
        return True

    def close(self):
        with self._lock:
            self._ended = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
