"""Answers: heavy answers worked out once in the background, while pages show that they are coming."""
