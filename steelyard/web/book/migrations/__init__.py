"""Migrations of the book app."""
