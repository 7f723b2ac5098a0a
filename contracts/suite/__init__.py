"""What runs against a target: one test per clause."""
