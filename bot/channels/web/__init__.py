"""The web console: server-rendered pages for moderators, reviewers and the operator."""
