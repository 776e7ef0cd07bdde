"""Run the preferences service: `python -m examples.storefront.preferences --database preferences.sqlite3`."""

from examples.storefront.chassis.program import read_options, run, serve_rest
from examples.storefront.preferences.api import routes
from examples.storefront.preferences.seed import fill

if __name__ == "__main__":
    run(serve_rest(read_options("preferences", 8085), fill, routes))
