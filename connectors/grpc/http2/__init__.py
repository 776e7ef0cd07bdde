"""The part of HTTP/2 (RFC 9113) that calls of gRPC methods need, as a client without TLS."""
