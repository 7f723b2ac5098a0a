"""Records calls while they go on, and scrubs recordings."""
