"""What a recorded step is: calls and values (program), what is known of NumPy's functions (functions), functions for what NumPy has
none for (forms), how arrays lie in memory (order), and which of them may be moved (moving)."""
