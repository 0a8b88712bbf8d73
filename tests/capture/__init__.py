"""Tests of capture. The cases of the table are collected before nn adds entries of its own to it."""

from tests.derivatives import test_table  # noqa: F401
