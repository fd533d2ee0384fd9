"""The web server's worker. What it refuses itself, Django never sees: a request that cannot be read as HTTP.

Gunicorn's threaded worker gives each connection a thread at once, which then waits for the request: so few slow clients
hold up all others. Here the head of a request is read without a thread, by the loop that accepts connections; and of
the threads one site gets no more than half, and the next one no more than half of the rest (thread_turns.py).
"""

import re
import selectors
import ssl
import time
from collections import Counter
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from itertools import chain
from socket import MSG_PEEK, SHUT_WR, socket
from typing import Any

from django.conf import settings
from gunicorn.http import errors, get_parser
from gunicorn.util import close, write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from capture.http.client_ip import address_of, site_of
from config.http.problems import plain_problem
from config.http.thread_turns import ThreadTurns
from config.lan.certificate_files import CertificateFiles
from config.lan.tls import HANDSHAKE_BYTE, ServerTls, admit_hosts

SILENCE_SECONDS = 30
"""How long a client may send nothing, or take nothing, in the middle of a request: others wait for its thread."""
HEAD_SECONDS = 20.0
"""How long a client may take for all lines before the body, however slowly it sends them."""
MAX_HEAD_BYTES = 64 * 1024
HEAD_CHUNK_BYTES = 16 * 1024
MAX_IDLE = 400
"""Connections of one address whose next request is not there yet: above that, its oldest is closed."""
MAX_WAITING = 300
"""Requests of one address that wait for a thread: above that, the newest is refused. Its body holds up a connection."""
SPARE_CONNECTIONS = 50
"""So many more are always accepted, as long as there is an idle one that can be closed for them."""
END_OF_HEAD = b"\r\n\r\n"
FORWARDED_FOR = re.compile(rb"\r\nx-forwarded-for:([^\r\n]*)", re.IGNORECASE)

STATUS_BY_ERROR = (
    (errors.LimitRequestLine, 414),
    (errors.LimitRequestHeaders, 431),
    (errors.ExpectationFailed, 417),
    (errors.UnsupportedTransferCoding, 501),
    (errors.InvalidResponseHeader, 500),
    (errors.InvalidResponseHeaderName, 500),
    (errors.ConfigurationProblem, 500),
    (errors.ParseException, 400),
)
"""Which error of the server's is answered with which status; the first that fits counts. All others are a 500."""


class Connection(TConn):  # type: ignore[misc]
    """A connection, and the head of the request that is arriving on it. address: whose turn it takes.

    site: the address of who connected. Both as `client_site` tells them apart.
    tls: what it is wrapped with if it begins as HTTPS does; None where there is only plain HTTP.
    """

    parser: Any
    sock: Any

    def __init__(
        self, cfg: Any, client_socket: socket, client: Any, server: Any, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(cfg, client_socket, client, server)
        self._tls = tls
        self.is_secure = self.is_closed = False
        self._head = b""
        self._peer = str(client[0]) if isinstance(client, tuple) else ""
        self.site = self.address = site_of(address_of(self._peer, ""))

    def close(self, graceful: bool = False) -> None:
        """Close without waiting until the client has: the loop that accepts connections calls this.

        What is left of a body was read before (body_guard.py), so that the answer is not cut off.
        """
        self.is_closed = True
        if graceful:
            with suppress(OSError, ValueError):
                self.sock.setblocking(False)
                self._say_end_of_tls()
                self.sock.shutdown(SHUT_WR)
                self.sock.recv(MAX_HEAD_BYTES)
        close(self.sock)

    def _say_end_of_tls(self) -> None:
        if self.is_secure:
            with suppress(ssl.SSLError):  # that the client says so too is not waited for
                self.sock.unwrap()

    def receive(self) -> bytes:
        """Return what arrived of a head, b"" at the end of all. Raises BlockingIOError where nothing is there yet."""
        try:
            if self._tls is not None and self._begins_tls():
                self.sock.do_handshake()
                self._tls = None
            arrived: bytes = self.sock.recv(HEAD_CHUNK_BYTES)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
            raise BlockingIOError from error
        return arrived

    def _begins_tls(self) -> bool:
        """Return whether the client speaks TLS, and wrap the connection then; its first byte tells."""
        if not self.is_secure and self._tls is not None:
            self.is_secure = self.sock.recv(1, MSG_PEEK) == HANDSHAKE_BYTE
            if self.is_secure:
                self.sock = self._tls.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
            else:
                self._tls = None
        return self.is_secure

    def unread_decrypted(self) -> None:
        """Give the parser what TLS has decrypted already: no poller sees that it is there."""
        if self.is_secure and (pending := self.sock.pending()):
            unreader = self.parser.unreader
            unreader.unread(unreader.take_buffered() + self.sock.recv(pending))

    def add_to_head(self, arrived: bytes) -> bool:
        """Keep what arrived, and return whether a request can be read without waiting."""
        self._head += arrived
        return self._head.find(END_OF_HEAD, max(0, len(self._head) - len(arrived) - len(END_OF_HEAD))) >= 0

    @property
    def head_bytes(self) -> int:
        """How much has arrived since the request before."""
        return len(self._head)

    def give_head_to_parser(self) -> None:
        """Hand what has arrived to the parser, and note of whom it is."""
        if self.parser is None:
            self.parser = get_parser(self.cfg, self.sock, self.client)
        self.initialized = True
        self.parser.unreader.unread(self._head)
        said = FORWARDED_FOR.findall(self._head.partition(END_OF_HEAD)[0])
        self.address = site_of(address_of(self._peer, b",".join(said).decode("latin-1")))
        self._head = b""


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """Tell errors as problem documents. Of which address they are is not known, and people can read those too.

    Nobody is told to go on sending before the application reads: body_guard.py does that.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turns: ThreadTurns[Connection] = ThreadTurns(self.cfg.threads)
        self._tls = ServerTls(CertificateFiles(settings.HOME).server, admit_hosts) if settings.LAN else None

    def accept(self, listener: socket) -> None:
        """Accept a connection, and let it wait for its request."""
        try:
            client_socket, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        here = listener.getsockname()
        tls = self._tls.context() if self._tls and here[1] == settings.HTTPS_PORT else None
        connection = Connection(self.cfg, client_socket, client, here[:2], tls)
        self._make_room(connection.site)
        self._await_head(connection)

    def on_client_socket_readable(self, conn: Connection, client: Any) -> None:
        """Let a connection that goes on wait for its next request."""
        if conn.is_closed:  # since the poller told of it
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn)

    def enqueue_req(self, conn: Connection) -> None:
        """Go on with a connection on which the next request began to arrive behind the one before."""
        if conn.add_to_head(conn.parser.unreader.take_buffered()):
            self._begin(conn)
        else:
            self._await_head(conn)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Go on with a connection whose request was answered, and with the next request of its address."""
        after = self._turns.end(conn.address)
        with suppress(OSError, ValueError):
            conn.unread_decrypted()
        super().finish_request(conn, fs)
        for one in after:
            super().enqueue_req(one)

    def murder_pending(self) -> None:
        """Close connections whose request did not come in time."""
        while self.pending_conns and self.pending_conns[0].timeout <= time.monotonic():
            self._close_pending(self.pending_conns[0])

    def _make_room(self, site: str) -> None:
        """Close an idle connection of an address that has too many, or of whichever has most where all are too many."""
        idle = Counter(one.site for one in chain(self.pending_conns, self.keepalived_conns))
        if idle[site] >= MAX_IDLE:
            self._close_idle(site)
        elif self.nr_conns > self.worker_connections - SPARE_CONNECTIONS and idle.total():
            self._close_idle(idle.most_common(1)[0][0])

    def _close_idle(self, site: str) -> None:
        """Close the connection of an address that is the first to time out."""
        own = (one for one in chain(self.pending_conns, self.keepalived_conns) if one.site == site)
        oldest = min(own, key=lambda one: one.timeout)
        if oldest in self.pending_conns:
            self._close_pending(oldest)
            return
        self.keepalived_conns.remove(oldest)
        self.poller.unregister(oldest.sock)
        self.nr_conns -= 1
        oldest.close()

    def _await_head(self, conn: Connection) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + HEAD_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_head, conn))

    def _read_head(self, conn: Connection, _socket: Any) -> None:
        if conn.is_closed:  # since the poller told of it
            return
        try:
            arrived = conn.receive()
        except BlockingIOError:
            return
        except OSError:
            arrived = b""
        if not arrived and not conn.head_bytes:
            self._close_pending(conn)
        elif conn.head_bytes > MAX_HEAD_BYTES:
            self.handle_error(None, conn.sock, conn.client, errors.LimitRequestHeaders("head"))
            self._close_pending(conn)
        elif conn.add_to_head(arrived) or not arrived:
            self._forget_pending(conn)
            self._begin(conn)

    def _begin(self, conn: Connection) -> None:
        conn.give_head_to_parser()
        if self._turns.waiting(conn.address) >= MAX_WAITING:
            self._refuse(conn.sock, HTTPStatus.SERVICE_UNAVAILABLE)
            self.nr_conns -= 1
            conn.close()
        elif self._turns.begin(conn.address, conn):
            super().enqueue_req(conn)

    def _close_pending(self, conn: Connection) -> None:
        self._forget_pending(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget_pending(self, conn: Connection) -> None:
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request; who asks first gets a connection for it alone, for the body may never come."""
        if req._expected_100_continue:  # noqa: SLF001
            req._expected_100_continue = False  # noqa: SLF001
            req.force_close()
        if conn.is_secure:
            req.scheme = "https"
            conn.sock.settimeout(SILENCE_SECONDS)  # the listener's own time-out is not seen through TLS
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that could not be read, or whose answer failed. The log does not quote it."""
        del req, addr
        status = next((status for kind, status in STATUS_BY_ERROR if isinstance(exc, kind)), 500)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("a request could not be answered", exc_info=exc)
        else:
            self.log.warning("a request could not be read")
        self._refuse(client, status)

    def _refuse(self, client: Any, status: int) -> None:
        """Answer with a problem document before a connection is closed."""
        answer = plain_problem(status)
        answer["Connection"] = "close"
        answer["Content-Length"] = str(len(answer.content))
        with suppress(OSError):  # whoever asked is gone
            write_nonblock(client, f"HTTP/1.1 {status} {answer.reason_phrase}\r\n".encode() + answer.serialize())
