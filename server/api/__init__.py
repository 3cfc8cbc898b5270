"""The gRPC edge: what every call goes through, and the services, one noun a file."""
