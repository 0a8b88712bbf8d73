"""What a recorded step is: calls and values, what is known of NumPy's functions, and arrays that move."""
