"""What the mock does for each operation: one module a family."""
