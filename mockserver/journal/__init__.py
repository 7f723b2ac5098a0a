"""What the mock has been asked."""
