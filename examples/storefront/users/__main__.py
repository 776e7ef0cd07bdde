"""Run the users service: `python -m examples.storefront.users --database users.sqlite3`."""

from examples.storefront.chassis.program import read_options, run, serve_rest
from examples.storefront.users.api import routes
from examples.storefront.users.seed import fill

if __name__ == "__main__":
    run(serve_rest(read_options("users", 8081), fill, routes))
