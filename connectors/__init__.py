"""Speak one protocol to one service: REST, gRPC, GraphQL, or a Strawberry schema in this process."""
