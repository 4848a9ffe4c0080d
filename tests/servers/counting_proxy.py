#!/usr/bin/env python3
"""A reverse proxy on loopback that keeps connections alive and counts what passes.

    counting_proxy.py PORT http://127.0.0.1:BACKEND [--auth USER:PASSWORD]

GET /.counts answers {"total": n, "connections": n, "methods": {"PUT": n, ...}, "statuses": {"201": n, ...}};
POST /.counts answers the same and starts again from zero. POST /.cut/N breaks the connection after N bytes of every
answer to a REPORT or PROPFIND from then on (0: no more). None of these is counted or passed on.
"""
import argparse
import asyncio
import base64
import collections
import json
import urllib.parse

HEAD_MAX = 1 << 20


class Counts:
    def __init__(self):
        self.clear()

    def clear(self):
        self.connections = 0
        self.methods = collections.Counter()
        self.statuses = collections.Counter()

    def text(self):
        total = sum(self.methods.values())
        numbers = {"total": total, "connections": self.connections, "methods": self.methods, "statuses": self.statuses}
        return json.dumps(numbers, sort_keys=True).encode()


class Message:
    """The head of a request or an answer: its first line and its fields, lower-case names, as bytes."""

    def __init__(self, raw):
        lines = raw[:-4].split(b"\r\n")
        self.raw = raw
        self.first = lines[0]
        self.fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            self.fields[name.strip().lower()] = value.strip()

    def has(self, name, word):
        return word in self.fields.get(name, b"").lower()


async def read_body(reader, message, until_end=False):
    if message.has(b"transfer-encoding", b"chunked"):
        parts = []
        while True:
            line = await reader.readuntil(b"\n")
            size = int(line.split(b";")[0], 16)
            chunk = await reader.readexactly(size + 2)
            parts += [line, chunk]
            if size == 0:
                return b"".join(parts)
    if b"content-length" in message.fields:
        return await reader.readexactly(int(message.fields[b"content-length"]))
    return await reader.read(-1) if until_end else b""


class Proxy:
    def __init__(self, backend, auth):
        self.host, self.port = backend.hostname, backend.port
        self.expected = b"Basic " + base64.b64encode(auth.encode()) if auth else None
        self.counts = Counts()
        self.cut = 0

    def own_answer(self, request):
        """The proxy's answer in place of the backend's, or None."""
        method, path = request.first.split(b" ")[:2]
        if path.startswith(b"/.cut/"):
            self.cut = int(path[len(b"/.cut/"):])
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path == b"/.counts":
            body = self.counts.text()
            if method == b"POST":
                self.counts.clear()
            return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        self.counts.methods[method.decode()] += 1
        if self.expected and request.fields.get(b"authorization") != self.expected:
            self.counts.statuses["401"] += 1
            return b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="test"\r\nContent-Length: 0\r\n\r\n'
        return None

    async def exchange(self, request, body, backend, client):
        """Passes one request on; returns whether both connections may go on."""
        reader, writer = backend
        writer.write(request.raw + body)
        await writer.drain()
        answer = Message(await reader.readuntil(b"\r\n\r\n"))
        status = answer.first.split(b" ")[1].decode()
        self.counts.statuses[status] += 1
        empty = request.first.startswith(b"HEAD ") or status in ("204", "304")
        sized = b"content-length" in answer.fields or answer.has(b"transfer-encoding", b"chunked")
        content = b"" if empty else await read_body(reader, answer, until_end=True)
        cut = self.cut and request.first.startswith((b"REPORT ", b"PROPFIND "))
        client.write(answer.raw + (content[:self.cut] if cut else content))
        await client.drain()
        if cut:
            return False
        closes = answer.first.startswith(b"HTTP/1.0") or answer.has(b"connection", b"close")
        return (empty or sized) and not closes

    async def serve(self, reader, writer):
        self.counts.connections += 1
        backend = None
        try:
            while True:
                request = Message(await reader.readuntil(b"\r\n\r\n"))
                body = await read_body(reader, request)
                own = self.own_answer(request)
                if own:
                    writer.write(own)
                    await writer.drain()
                    continue
                backend = backend or await asyncio.open_connection(self.host, self.port, limit=HEAD_MAX)
                if not await self.exchange(request, body, backend, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            if backend:
                backend[1].close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("backend", type=urllib.parse.urlsplit)
    parser.add_argument("--auth")
    arguments = parser.parse_args()
    proxy = Proxy(arguments.backend, arguments.auth)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", arguments.port, limit=HEAD_MAX)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
