"""HTTP as the mock speaks it."""
