"""The cases of the clinic, one file each."""
