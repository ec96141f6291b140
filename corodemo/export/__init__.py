"""Exports: the same views, written as files that other programs open."""
