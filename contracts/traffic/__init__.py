"""Requests and answers as plain data."""
