"""What is released: one version, its words in CHANGELOG.md, and files that can be built again."""
