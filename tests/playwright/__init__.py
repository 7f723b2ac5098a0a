"""The fixture for Playwright, in a project of a frontend's kind."""
