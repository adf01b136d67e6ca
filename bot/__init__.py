"""Rejoinder: an advisory chat bot that answers from a structured, sourced knowledge base."""

from importlib import metadata

try:
    __version__ = metadata.version("rejoinder")
except metadata.PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"
