"""A short conversation with the real bot against the double of Discord, printed like a chat."""
