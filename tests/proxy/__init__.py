"""Tests of the proxy: what it passes on, and what it says of that."""
