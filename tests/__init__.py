"""Packages, so that rooms may have test files of the same name."""
