"""Read: files, workbooks and databases become frames of text, with what was found out about them."""
