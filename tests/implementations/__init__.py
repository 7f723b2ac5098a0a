"""Small implementations of the contract, faulty and correct, that prove what the verifier sees."""
