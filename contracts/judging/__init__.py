"""What was seen, held against the clauses."""
