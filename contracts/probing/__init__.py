"""Requests that nobody should be able to break a server with."""
