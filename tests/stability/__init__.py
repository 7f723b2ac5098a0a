"""What docs/stability.md promises, as it is today; ``make surfaces`` accepts what has changed."""
