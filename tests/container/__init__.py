"""The image of Containerfile, built and tried with what this machine has for that."""
