"""What a recorded step is.

program     calls and values
functions   what is known of NumPy's functions
forms       functions for what NumPy has none for
order       how arrays lie in memory
"""
