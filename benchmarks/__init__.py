"""What is measured, with the commands that measure it: see README.md in this folder."""
