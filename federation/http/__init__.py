"""The ASGI edge: GraphQL over HTTP, GraphiQL and health."""
