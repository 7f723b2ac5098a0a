"""A mock of the active-calls API whose calls go on by the clock."""
