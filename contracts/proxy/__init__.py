"""Stands between a client and an implementation: passes everything on, and judges what passes."""
