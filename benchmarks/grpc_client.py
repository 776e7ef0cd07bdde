"""CPU time of one gRPC call, bytes in and bytes out: 200 bytes that bring 5 kB back.

    python -m benchmarks.grpc_client [CALLS]

The server runs in a process of its own, so that its time is not counted. Each figure is the median of nine rounds, and
the kinds take turns in each of them, as other work on the machine comes and goes. "blocking" is the client of grpc in a
thread that waits, one call at a time: what its core costs without asyncio.
"""

import asyncio
import sys
import time
from multiprocessing.connection import Connection
from statistics import median

import grpc
import uvloop
from google.protobuf.empty_pb2 import Empty

from benchmarks.calling import Call, cpu_per_call, running_server
from connectors.grpc.channel import Channel, GrpcRequest
from connectors.grpc.types import GrpcMethod

REQUEST = b"q" * 200
ANSWER = b"a" * 5_000
ROUNDS = 9
METHOD = "bench.Service/Call"


def serve(pipe: Connection) -> None:
    async def answer(_message: bytes, _context: object) -> bytes:
        return ANSWER

    async def listen() -> None:
        server = grpc.aio.server()
        handler = grpc.unary_unary_rpc_method_handler(answer)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Service", {"Call": handler}),))
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        pipe.send(port)
        await server.wait_for_termination()

    asyncio.run(listen())


def cpu_blocking(port: int, calls: int) -> float:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary(f"/{METHOD}")
        call(REQUEST)
        before = time.process_time()
        for _ in range(calls):
            call(REQUEST, timeout=5)
        return (time.process_time() - before) / calls * 1e6


async def measure(port: int, calls: int) -> None:
    loop = asyncio.get_running_loop()
    address = f"127.0.0.1:{port}"
    method = GrpcMethod(METHOD, Empty.DESCRIPTOR, Empty.DESCRIPTOR, Empty, Empty, server_streaming=False)
    ours = Channel(address, 10_000_000)

    async def call_ours() -> object:
        deadline = loop.time() + 5
        return await ours.call(GrpcRequest(method, REQUEST, (), deadline), deadline)

    async with grpc.aio.insecure_channel(address) as channel:
        theirs = channel.unary_unary(f"/{METHOD}")

        async def call_theirs() -> object:
            return await theirs(REQUEST, timeout=5)

        kinds: dict[str, Call] = {"ours": call_ours, "grpc.aio": call_theirs}
        figures: dict[tuple[str, int], list[float]] = {}
        for call in kinds.values():
            await call()
        for _ in range(ROUNDS):
            for at_once in (1, 16):
                for name, call in kinds.items():
                    figures.setdefault((name, at_once), []).append(await cpu_per_call(call, calls, at_once))
    await ours.close()
    print("us CPU a call on uvloop: 1 at once, 16 at once")
    for name in kinds:
        print(f"  {name:10}{median(figures[name, 1]):8.0f}{median(figures[name, 16]):8.0f}")


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 480
    with running_server(serve) as port:
        uvloop.run(measure(port, calls))
        print(f"  {'blocking':10}{median(cpu_blocking(port, calls) for _ in range(ROUNDS)):8.0f}")


if __name__ == "__main__":
    main()
