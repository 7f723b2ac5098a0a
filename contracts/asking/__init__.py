"""Asking a target, within a budget and its rate limit."""
