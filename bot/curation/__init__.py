"""Changes to the knowledge: made, previewed, published and undone; no channel in it."""
