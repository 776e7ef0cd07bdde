"""Run the orders service: `python -m examples.storefront.orders --database orders.sqlite3`."""

from examples.storefront.chassis.grpc_server import serve_grpc
from examples.storefront.chassis.program import read_options, run
from examples.storefront.orders.api import SERVICE, methods
from examples.storefront.orders.seed import fill

if __name__ == "__main__":
    run(serve_grpc(read_options("orders", 8083), fill, SERVICE, methods))
