"""An IPython kernel in a forked process, on sockets that its client opened for it.

The client binds the five sockets, so a kernel without a network and without a folder in common with its client can
speak to it: libzmq takes over a socket that listens already (ZMQ_USE_FD).
"""

from __future__ import annotations

from typing import Any

import zmq
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp
from traitlets import Dict

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")  # the order in which their sockets are passed


class _Heartbeat(Heartbeat):
    descriptor: int

    def _try_bind_socket(self) -> None:
        self.socket.setsockopt(zmq.USE_FD, self.descriptor)
        super()._try_bind_socket()


class ForkedKernelApp(IPKernelApp):
    """ipykernel's application without a connection file."""

    connection: Any = Dict(help="What a connection file holds.")
    descriptors: Any = Dict(help="The listening socket of each port.")

    def init_connection_file(self) -> None:
        self.load_connection_info(self.connection)

    def write_connection_file(self, **kwargs: Any) -> None:
        """The client has written it."""

    def _try_bind_socket(self, s: Any, port: int) -> int:
        s.setsockopt(zmq.USE_FD, self.descriptors[port])
        return super()._try_bind_socket(s, port)

    def init_control(self, context: Any) -> None:
        super().init_control(context)
        # The debugger's own line to the shell goes through the file system, which a jailed kernel does not share.
        self.debug_shell_socket.disconnect(self.shell_socket.getsockopt(zmq.LAST_ENDPOINT))

    def init_heartbeat(self) -> None:
        self.heartbeat = _Heartbeat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.descriptor = self.descriptors[self.hb_port]
        self.heartbeat.start()


def run(connection: dict[str, Any], descriptors: list[int]) -> None:
    """Serve as a kernel until the client asks for its end."""
    ports = [connection[f"{channel}_port"] for channel in CHANNELS]
    app = ForkedKernelApp.instance(connection=connection, descriptors=dict(zip(ports, descriptors, strict=True)))
    app.config.HistoryManager.enabled = False
    app.initialize([])
    app.start()
