"""What runs against a target: one test per clause. It asks; ``judging`` judges."""
