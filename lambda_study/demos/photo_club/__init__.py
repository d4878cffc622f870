"""The photo club's application as a whole: a table of its functions, what makes it, and who uses it."""
