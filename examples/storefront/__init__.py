"""A shop of three services, users and preferences by REST and orders by gRPC, behind one GraphQL endpoint."""
