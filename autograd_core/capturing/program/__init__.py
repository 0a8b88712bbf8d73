"""What a recorded step is.

program     what the step does, as a whole
calls       calls, the values that they take and make, and where these are read
functions   what is known of NumPy's functions
forms       functions for what NumPy has none for
order       how arrays lie in memory
"""
