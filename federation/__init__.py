"""The gateway: compose, plan, execute and serve one GraphQL endpoint over many services."""
