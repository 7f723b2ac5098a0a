"""Types and clients that generators make of the contract, fed with the bodies of the mock."""
