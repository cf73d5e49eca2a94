"""Worksheet: the plan as a grid that people edit."""
