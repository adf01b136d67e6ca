"""The pages of the console, one module a group; each contributes its ROUTES to the table."""
