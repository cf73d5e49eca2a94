"""Plan: from an extract and changes to numbers that can be compared, explained, published and replayed."""
