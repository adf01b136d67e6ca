"""Channels translate between a platform and the core, nothing else."""
