"""The documentation's pages held against the contract: what one has and the other lacks."""
