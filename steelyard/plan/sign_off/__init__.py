"""Sign-off: who stands by which slice of the demand plan, and whether it has moved since."""
