"""Crossing: what two plans differ in, and the ways from one to the other on which the effect of each is measured."""
