"""Faces of other libraries, for programs that were written for them. They are made of public names, and nothing knows them."""
