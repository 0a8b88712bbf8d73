"""scipy.sparse: its `linalg`."""
