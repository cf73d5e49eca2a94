"""Sections of the book: one file each, from what the plan and the record say to pages."""
