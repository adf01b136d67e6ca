"""The structured, sourced knowledge base: model, files, lint, releases."""
