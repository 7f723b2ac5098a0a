"""Tests of what is judged, recorded and passed on of other people's traffic."""
