"""Verifies any implementation of the contract over HTTP."""
